#include "train/outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
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
  return extension == ".onnx" || extension == ".html" || extension == ".htm";
}

bool is_input(const std::string& output, const Options& options) {
  std::error_code error;
  if (!fs::is_regular_file(output, error)) return false;
  std::vector<std::string> inputs = options.split_files;
  inputs.push_back(options.path);
  const bool same = std::ranges::any_of(
      inputs, [&](const std::string& input) { return fs::equivalent(output, input, error); });
  return same || (fs::is_directory(options.path, error) && !is_written_by_training(output) &&
                  is_within(real_path(output), real_path(options.path)));
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
  if (auto checked = check("--output", options.output, options); !checked) return checked;
  if (options.html.empty()) return {};
  if (real_path(options.html) == real_path(options.output) && !is_device(options.output)) {
    return fail(
        ErrorCode::kUnreadableFile,
        fmt::format("--html {}: --output is the same file; choose another file", options.html));
  }
  return check("--html", options.html, options);
}

}  // namespace genre::train
