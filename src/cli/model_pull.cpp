// genre model pull: downloads a published network and writes it as an ONNX file.
#include "cli/model_pull.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "base/descriptor.h"
#include "base/files.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "base/user_folders.h"
#include "cli/output_options.h"
#include "pretrained/pull.h"

namespace genre::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "genre model pull";

struct ModelPullOptions {
  std::string name;
  std::string output;  // empty: default_output()
  pretrained::PullOptions pull;
};

// Where the models that build on a network look for it.
Result<std::string> default_output(const pretrained::Network& network) {
  const fs::path folder = base::networks_folder();
  if (folder.empty()) {
    return fail(
        ErrorCode::kUnreadableFile,
        "there is no folder for the network: set HOME or XDG_DATA_HOME, or name a file with "
        "--output");
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::unwritable(folder, error.message());
  return (folder / network.name).string() + ".onnx";
}

// Before a download that would be for nothing.
Result<void> check_writable(const std::string& output, const std::string& from) {
  if (auto checked = check_output(output, {from}); !checked) return checked;
  std::error_code ignored;
  // Opening a named pipe would wait for its reader.
  if (fs::is_other(fs::status(output, ignored))) return {};
  return base::FileReplacement::begin(output).map([](const auto&) {});
}

void show(base::ProgressLine& line, const pretrained::Network& network, std::size_t n_done,
          std::optional<std::size_t> n_total) {
  const bool last = n_done == n_total;
  if (!line.due() && !(line.on_terminal() && last)) return;
  constexpr double kMegabyte = 1e6;
  const auto megabytes = [](std::size_t n) { return static_cast<double>(n) / kMegabyte; };
  line.show(fmt::format("{}: {:.1f}{} MB", network.file, megabytes(n_done),
                        n_total ? fmt::format(" of {:.1f}", megabytes(*n_total)) : ""));
}

Result<std::string> run(ModelPullOptions& options, const pretrained::Network& network) {
  if (options.output.empty()) {
    const auto output = default_output(network);
    if (!output) return output;
    options.output = *output;
  }
  if (auto checked = check_writable(options.output, options.pull.from); !checked) {
    return tl::make_unexpected(checked.error());
  }
  if (options.pull.from == "-") options.pull.from = "/dev/stdin";
  options.pull.cache_folder = base::cache_folder();
  base::ProgressLine line;
  options.pull.progress = [&](std::size_t n_done, std::optional<std::size_t> n_total) {
    show(line, network, n_done, n_total);
  };
  const auto onnx = pretrained::pull(network, options.pull);
  line.end();
  if (!onnx) return onnx;
  return base::write_file(options.output, *onnx).map([&] { return options.output; });
}

std::string network_names() {
  std::string names;
  for (const pretrained::Network& network : pretrained::networks()) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", network.name);
  }
  return names;
}

std::string help() {
  std::string text = "Network: ";
  for (const pretrained::Network& network : pretrained::networks()) {
    text += fmt::format("{}{} ({}, licence {})",
                        &network == pretrained::networks().data() ? "" : " or ", network.name,
                        network.description, network.licence);
  }
  return text;
}

}  // namespace

void add_model_pull(CLI::App& group, int& status) {
  auto options = std::make_shared<ModelPullOptions>();
  CLI::App* command = group.add_subcommand(
      "pull", "Download a published network, check its weights, and write it as an ONNX file");
  command->add_option("NAME", options->name, help())->required();
  auto* from = command->add_option("--from", options->pull.from,
                                   "The published file on this machine; - reads standard input");
  command->add_option("--url", options->pull.url, "A mirror of the published file")->excludes(from);
  command->add_option("--output", options->output,
                      "File to write [$XDG_DATA_HOME/genre/networks/NAME.onnx, by default in "
                      "~/.local/share]");
  command->callback([options, &status] {
    const auto* network = pretrained::find_network(options->name);
    const auto written = network != nullptr
                             ? run(*options, *network)
                             : fail(ErrorCode::kBadParameter,
                                    fmt::format("there is no network {}; it must be one of: {}",
                                                options->name, network_names()));
    if (!written) {
      base::report_error(kProgram, written.error().message);
      status = 1;
      return;
    }
    fmt::print("{}\n", *written);
  });
}

}  // namespace genre::cli
