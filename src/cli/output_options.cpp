#include "cli/output_options.h"

#include <algorithm>
#include <map>

namespace genre::cli {
namespace {

const std::map<std::string, OutputFormat>& format_names() {
  static const std::map<std::string, OutputFormat> names = {{"table", OutputFormat::kTable},
                                                            {"jsonl", OutputFormat::kJsonl},
                                                            {"csv", OutputFormat::kCsv},
                                                            {"sqlite", OutputFormat::kSqlite}};
  return names;
}

}  // namespace

void add_output_options(CLI::App& app, OutputOptions& options, std::vector<OutputFormat> formats) {
  options.format = formats.front();
  std::map<std::string, OutputFormat> names;
  std::string listed;
  for (const OutputFormat format : formats) {
    const auto name = std::ranges::find(format_names(), format,
                                        &std::pair<const std::string, OutputFormat>::second);
    names.insert(*name);
    listed += (listed.empty() ? "" : "|") + name->first;
  }
  auto* format = app.add_option("--format", options.format, "How the results are written")
                     ->transform(CLI::CheckedTransformer(names).description(""))
                     ->type_name(listed)
                     ->default_str(listed.substr(0, listed.find('|')));
  const auto add_short = [&](const char* flag, OutputFormat value, const char* help) {
    return app
        .add_flag_callback(
            flag, [&options, value] { options.format = value; }, help)
        ->excludes(format);
  };
  auto* json = add_short("--json", OutputFormat::kJsonl, "The same as --format jsonl");
  add_short("--csv", OutputFormat::kCsv, "The same as --format csv")->excludes(json);
  auto* path = app.add_option("--output", options.path, "File to write instead of standard output");
  app.add_flag("--resume", options.resume, "Go on behind what the output has of an earlier run")
      ->needs(path);
}

std::string objection(const OutputOptions& options) {
  if (options.path.empty() && (options.resume || options.format == OutputFormat::kSqlite)) {
    return "SQLite and --resume need a file: --output FILE";
  }
  if (options.resume && options.format == OutputFormat::kTable) {
    return "a table cannot be resumed; jsonl, csv and sqlite can";
  }
  return "";
}

}  // namespace genre::cli
