#include "base/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace genre::base {
namespace {

tl::unexpected<Error> unwritable(const std::string& path, int error) {
  return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be written: {}",
                                                      path.empty() ? "standard output" : path,
                                                      std::generic_category().message(error)));
}

}  // namespace

Result<TextFile> TextFile::open(const std::string& path, std::uintmax_t keep) {
  if (path.empty()) return TextFile(path, stdout);
  if (keep > 0) {
    std::error_code error;
    std::filesystem::resize_file(path, keep, error);
    if (error) return unwritable(path, error.value());
  }
  std::FILE* const file = std::fopen(path.c_str(), keep > 0 ? "ab" : "wb");
  if (file == nullptr) return unwritable(path, errno);
  return TextFile(path, file);
}

Result<void> TextFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
      std::fflush(file_.get()) != 0) {
    return unwritable(path_, errno);
  }
  return {};
}

}  // namespace genre::base
