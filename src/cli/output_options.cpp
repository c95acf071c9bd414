#include "cli/output_options.h"

#include <algorithm>
#include <map>

namespace genre::cli {
namespace {

const std::map<std::string, batch::OutputFormat>& format_names() {
  static const std::map<std::string, batch::OutputFormat> names = {
      {"table", batch::OutputFormat::kTable},
      {"jsonl", batch::OutputFormat::kJsonl},
      {"csv", batch::OutputFormat::kCsv},
      {"sqlite", batch::OutputFormat::kSqlite}};
  return names;
}

}  // namespace

void add_output_options(CLI::App& app, batch::OutputOptions& options,
                        std::vector<batch::OutputFormat> formats) {
  options.format = formats.front();
  std::map<std::string, batch::OutputFormat> names;
  std::string listed;
  for (const batch::OutputFormat format : formats) {
    const auto name = std::ranges::find(format_names(), format,
                                        &std::pair<const std::string, batch::OutputFormat>::second);
    names.insert(*name);
    listed += (listed.empty() ? "" : "|") + name->first;
  }
  auto* format = app.add_option("--format", options.format, "How the results are written")
                     ->transform(CLI::CheckedTransformer(names).description(""))
                     ->type_name(listed)
                     ->default_str(listed.substr(0, listed.find('|')));
  const auto add_short = [&](const char* flag, batch::OutputFormat value, const char* help) {
    return app
        .add_flag_callback(
            flag, [&options, value] { options.format = value; }, help)
        ->excludes(format);
  };
  auto* json = add_short("--json", batch::OutputFormat::kJsonl, "The same as --format jsonl");
  add_short("--csv", batch::OutputFormat::kCsv, "The same as --format csv")->excludes(json);
  auto* path = app.add_option("--output", options.path, "File to write instead of standard output");
  app.add_flag("--resume", options.resume, "Go on behind what the output has of an earlier run")
      ->needs(path);
}

std::string objection(const batch::OutputOptions& options) {
  if (options.path.empty() && (options.resume || options.format == batch::OutputFormat::kSqlite)) {
    return "SQLite and --resume need a file: --output FILE";
  }
  if (options.resume && options.format == batch::OutputFormat::kTable) {
    return "a table cannot be resumed; jsonl, csv and sqlite can";
  }
  return "";
}

}  // namespace genre::cli
