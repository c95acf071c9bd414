#include "base/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace genre::base {
namespace {

tl::unexpected<Error> unwritable(const std::string& path, int error) {
  return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be written: {}",
                                                      path.empty() ? "standard output" : path,
                                                      std::generic_category().message(error)));
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

Result<TextFile> TextFile::open(const std::string& path, std::uintmax_t keep) {
  // Opening /dev/stdout by name would give a descriptor with its own position, which would
  // overwrite what other descriptors wrote.
  if (path.empty() || path == "/dev/stdout") return TextFile(path, STDOUT_FILENO);
  constexpr mode_t kMode = 0666;  // less the umask
  TextFile file(path, ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kMode));
  if (file.descriptor_ < 0) return unwritable(path, errno);
  struct stat status {};
  if (fstat(file.descriptor_, &status) != 0) return unwritable(path, errno);
  file.regular_ = S_ISREG(status.st_mode);
  file.replaces_ = file.regular_ && status.st_size > 0 && keep == 0;
  file.end_ = keep;
  return file;
}

TextFile::TextFile(TextFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      regular_(other.regular_),
      replaces_(other.replaces_),
      cut_(other.cut_),
      end_(other.end_) {}

TextFile::~TextFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) close(descriptor_);
}

Result<void> TextFile::write(std::string_view text) {
  if (regular_ && !cut_) {
    const auto end = static_cast<off_t>(end_);
    if (ftruncate(descriptor_, end) != 0 || lseek(descriptor_, end, SEEK_SET) != end) {
      return unwritable(path_, errno);
    }
    cut_ = true;
  }
  if (!write_all(descriptor_, text)) {
    const int error = errno;
    // Remove what was written, so that a full disk does not leave a partial record.
    cut_ = false;
    if (regular_) static_cast<void>(ftruncate(descriptor_, static_cast<off_t>(end_)) == 0);
    return unwritable(path_, error);
  }
  end_ += text.size();
  return {};
}

}  // namespace genre::base
