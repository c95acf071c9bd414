#include "cli/output_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "audio/is_audio_file.h"

namespace genre::cli {
namespace {

const std::map<std::string, batch::OutputFormat>& format_names() {
  static const std::map<std::string, batch::OutputFormat> names = {
      {"table", batch::OutputFormat::kTable},
      {"jsonl", batch::OutputFormat::kJsonl},
      {"csv", batch::OutputFormat::kCsv},
      {"sqlite", batch::OutputFormat::kSqlite},
      {"npy", batch::OutputFormat::kNpy}};
  return names;
}

}  // namespace

void add_output_options(CLI::App& app, batch::OutputOptions& options,
                        std::vector<batch::OutputFormat> formats) {
  options.format = formats.front();
  std::map<std::string, batch::OutputFormat> names;
  std::string usage, listed;
  for (const batch::OutputFormat format : formats) {
    const auto name = std::ranges::find(format_names(), format,
                                        &std::pair<const std::string, batch::OutputFormat>::second);
    names.insert(*name);
    usage += (usage.empty() ? "" : "|") + name->first;
    listed += (listed.empty() ? "" : ", ") + name->first;
  }
  // CLI11's own transformer would also list the numeric values in --help.
  const auto to_number = [names, listed](std::string& name) {
    const auto found = names.find(name);
    if (found == names.end()) return name + " is not one of " + listed;
    name = std::to_string(static_cast<int>(found->second));
    return std::string();
  };
  auto* format = app.add_option("--format", options.format, "Output format")
                     ->transform(CLI::Validator(to_number, ""))
                     ->type_name(usage)
                     ->default_str(usage.substr(0, usage.find('|')));
  const auto add_short = [&](const char* flag, batch::OutputFormat value, const char* help) {
    return app
        .add_flag_callback(
            flag, [&options, value] { options.format = value; }, help)
        ->excludes(format);
  };
  auto* json = add_short("--json", batch::OutputFormat::kJsonl, "The same as --format jsonl");
  add_short("--csv", batch::OutputFormat::kCsv, "The same as --format csv")->excludes(json);
  auto* path = app.add_option("--output", options.path, "Output file (default: standard output)");
  app.add_flag("--resume", options.resume,
               "Continue an earlier run: skip the files that are already in the output")
      ->needs(path);
}

Result<void> check_output_options(const batch::OutputOptions& options) {
  if (options.path.empty() && options.format == batch::OutputFormat::kSqlite) {
    return fail(ErrorCode::kUnreadableFile,
                "--format sqlite cannot go to standard output; add --output FILE");
  }
  if (options.resume && options.format == batch::OutputFormat::kTable) {
    return fail(ErrorCode::kUnreadableFile,
                "--resume cannot continue a table; add --format jsonl, csv or sqlite");
  }
  std::error_code ignored;
  const auto status = std::filesystem::status(options.path, ignored);
  const bool special = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  if (special && (options.resume || options.format == batch::OutputFormat::kSqlite)) {
    return fail(ErrorCode::kUnreadableFile,
                fmt::format("{}: {} needs a regular file, because it reads the output too",
                            options.path, options.resume ? "--resume" : "--format sqlite"));
  }
  return {};
}

Result<void> check_output(const std::string& path, const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (path.empty() || (fs::exists(status) && !fs::is_regular_file(status))) return {};
  for (const std::string& input : inputs) {
    // The same file may have several names.
    if (fs::equivalent(path, input == "-" ? "/dev/stdin" : input, ignored)) {
      return fail(ErrorCode::kUnreadableFile,
                  fmt::format("{}: this file is an input, so the output would destroy it; choose "
                              "another file for the output",
                              path));
    }
  }
  if (audio::is_audio_file(path)) {
    return fail(ErrorCode::kUnreadableFile,
                fmt::format("{}: this is an audio file, and the output would destroy it; choose "
                            "another file for the output",
                            path));
  }
  return {};
}

}  // namespace genre::cli
