#include "train/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/text.h"

namespace genre::train {
namespace {

namespace fs = std::filesystem;

// The path without links and dots. The file need not exist.
fs::path real_path(const fs::path& path) {
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(path, ignored), ignored);
}

// A device, a pipe or a socket: such a file is written to, not replaced.
bool is_device(const std::string& path) {
  std::error_code ignored;
  return fs::is_other(fs::status(path, ignored));
}

bool is_within(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::ranges::mismatch(folder, path);
  return in_folder == folder.end();
}

bool is_written_by_training(const fs::path& path) {
  const std::string extension = base::to_lower(path.extension().string());
  return extension == ".onnx" || extension == ".html" || extension == ".htm" || extension == ".svg";
}

bool is_input(const std::string& output, const Options& options) {
  std::error_code error;
  if (!fs::is_regular_file(output, error)) return false;
  std::vector<std::string> inputs = options.split_files;
  for (const dataset::DataSet& data_set : options.data_sets) inputs.push_back(data_set.path);
  if (!options.data.groups.empty()) inputs.push_back(options.data.groups);
  return std::ranges::any_of(inputs, [&](const std::string& input) {
    return fs::equivalent(output, input, error) ||
           (fs::is_directory(input, error) && !is_written_by_training(output) &&
            is_within(real_path(output), real_path(input)));
  });
}

Result<void> check(const char* option, const std::string& output, const Options& options) {
  if (is_input(output, options)) {
    return fail(ErrorCode::kUnreadableFile,
                fmt::format("{} {}: this file is an input of the training; choose another file",
                            option, output));
  }
  if (is_device(output)) return {};  // opening a named pipe would wait for its reader
  const auto probe = base::FileReplacement::begin(output);  // removes its temporary file again
  if (!probe) {
    return fail(probe.error().code, fmt::format("{} {}", option, probe.error().message));
  }
  return {};
}

}  // namespace

Result<void> check_outputs(const Options& options) {
  const std::pair<const char*, const std::string*> outputs[] = {
      {"--output", &options.output},
      {"--html", &options.html},
      {"--confusion", &options.confusion}};
  std::map<fs::path, const char*> written;
  for (const auto& [option, output] : outputs) {
    if (output->empty()) continue;
    const auto [other, added] = written.emplace(real_path(*output), option);
    if (!added && !is_device(*output)) {
      return fail(ErrorCode::kUnreadableFile,
                  fmt::format("{} {}: {} is the same file; choose another file", option, *output,
                              other->second));
    }
    if (auto checked = check(option, *output, options); !checked) return checked;
  }
  return {};
}

}  // namespace genre::train
