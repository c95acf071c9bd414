#include "cli/model_adopt.h"

#include <fmt/format.h>

#include <memory>

#include "base/files.h"
#include "base/report_error.h"
#include "cli/foreign_model.h"
#include "cli/output_options.h"

namespace genre::cli {
namespace {

struct AdoptOptions {
  std::string input, output;
  ForeignModelOptions model;
};

Result<void> run(const AdoptOptions& options) {
  return check_output(options.output, {options.input, options.model.labels})
      .and_then([&] { return base::read_file(options.input, kMaxModelBytes); })
      .and_then([&](const std::vector<std::byte>& onnx) {
        return adopt(options.input, onnx, options.model);
      })
      .and_then([&](const std::string& file) { return base::write_file(options.output, file); });
}

}  // namespace

void add_model_adopt(CLI::App& group, int& status) {
  auto options = std::make_shared<AdoptOptions>();
  CLI::App* command = group.add_subcommand(
      "adopt",
      "Write what a network takes and returns into its ONNX file, so that genre can use it");
  command->add_option("IN", options->input, "ONNX file of another program")->required();
  command->add_option("OUT", options->output, "File to write")->required();
  command->add_option("--name", options->model.name,
                      "Name of the model (default: that of the file)");
  command
      ->add_option("--window", options->model.window,
                   "Window length in seconds (default: that of the network's patch)")
      ->check(CLI::Range(0.1, 7200.0));
  command
      ->add_option("--hop", options->model.hop,
                   "Seconds between the starts of consecutive windows (default: --window)")
      ->check(CLI::Range(0.1, 7200.0));
  add_foreign_model_options(*command, options->model);
  command->get_option("--frontend")->required();
  command->callback([options, &status] {
    if (const auto adopted = run(*options); !adopted) {
      base::report_error("genre model adopt", adopted.error().message);
      status = 1;
    }
  });
}

}  // namespace genre::cli
