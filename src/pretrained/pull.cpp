#include "pretrained/pull.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/descriptor.h"
#include "base/files.h"
#include "download/download.h"

namespace genre::pretrained {
namespace {

namespace fs = std::filesystem;

// source: what the error names.
Result<std::string> convert(const Network& network, const std::string& path,
                            const std::string& source) {
  const auto named = [&](const Error& error) {
    const std::string other = error.code == ErrorCode::kBadModel
                                  ? fmt::format("this is not {}, or it is damaged: ", network.file)
                                  : "";
    return Error{error.code, fmt::format("{}: {}{}", source, other, error.message)};
  };
  return base::read_file(path, kMostFileBytes)
      .and_then([&](const auto& bytes) { return network.to_onnx(bytes); })
      .map_error(named);
}

// The incomplete file of a download. Its name has the network's published file, so that another
// version of it is another download.
Result<fs::path> part_of(const Network& network, const std::string& folder) {
  if (folder.empty()) {
    return fail(ErrorCode::kUnreadableFile,
                "there is no folder for the download: set HOME or XDG_CACHE_HOME, or download the "
                "file yourself and give it with --from");
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return base::unwritable(folder, error.message());
  return fs::path(folder) / (std::string(network.file) + ".part");
}

// What can be done about a download that failed. Leaves no empty file.
Error with_advice(const Error& error, const Network& network, const download::FileDownload& file) {
  if (error.code != ErrorCode::kUnavailable) return error;
  std::error_code ignored;
  const bool begun = fs::file_size(file.path, ignored) > 0;
  if (!begun) fs::remove(file.path, ignored);
  return {error.code,
          fmt::format("{}: the download failed: {}. {}On a machine without a network, give {} with "
                      "--from FILE.",
                      file.url, error.message, begun ? "The same command continues it. " : "",
                      network.file)};
}

}  // namespace

Result<std::string> pull(const Network& network, const PullOptions& options) {
  if (!options.from.empty()) return convert(network, options.from, options.from);
  const std::string url = options.url.empty() ? network.url : options.url;
  const auto part = part_of(network, options.cache_folder);
  if (!part) return tl::make_unexpected(part.error());
  const download::FileDownload file{.url = url,
                                    .path = part->string(),
                                    .max_bytes = kMostFileBytes,
                                    .progress = options.progress};
  while (true) {
    const auto start = download::download_file(file);
    if (!start) return tl::make_unexpected(with_advice(start.error(), network, file));
    auto onnx = convert(network, file.path, url);
    std::error_code ignored;
    fs::remove(*part, ignored);
    // The first part may have come from another file: once more, from the first byte on.
    if (onnx || *start == download::Start::kNew) return onnx;
  }
}

}  // namespace genre::pretrained
