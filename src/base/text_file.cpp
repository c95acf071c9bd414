#include "base/text_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "base/descriptor.h"
#include "base/text.h"

namespace genre::base {
namespace {

std::string printable_lines(std::string_view text) {
  std::string lines;
  for (std::size_t end = 0; (end = text.find('\n')) != text.npos;) {
    lines += printable(text.substr(0, end)) + "\n";
    text.remove_prefix(end + 1);
  }
  return lines += printable(text);
}

}  // namespace

Result<TextFile> TextFile::open(const std::string& path, std::uintmax_t keep) {
  // Opening /dev/stdout by name would give a descriptor with its own position, which would
  // overwrite what other descriptors wrote.
  if (path.empty() || path == "/dev/stdout") return TextFile(path, STDOUT_FILENO);
  auto opened = open_to_write(path, O_CREAT);
  if (!opened) return tl::make_unexpected(std::move(opened.error()));
  TextFile file(path, opened->release());
  struct stat status {};
  if (fstat(file.descriptor_, &status) != 0) return unwritable(path, reason(errno));
  file.regular_ = S_ISREG(status.st_mode);
  file.replaces_ = file.regular_ && status.st_size > 0 && keep == 0;
  file.end_ = keep;
  return file;
}

TextFile::TextFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor), terminal_(isatty(descriptor) != 0) {}

TextFile::TextFile(TextFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      regular_(other.regular_),
      terminal_(other.terminal_),
      replaces_(other.replaces_),
      cut_(other.cut_),
      end_(other.end_) {}

TextFile::~TextFile() {
  if (descriptor_ >= 0 && descriptor_ != STDOUT_FILENO) close(descriptor_);
}

Result<void> TextFile::write(std::string_view text) {
  std::string shown;
  if (terminal_) text = shown = printable_lines(text);
  if (regular_ && !cut_) {
    const auto end = static_cast<off_t>(end_);
    if (ftruncate(descriptor_, end) != 0 || lseek(descriptor_, end, SEEK_SET) != end) {
      return unwritable(path_, reason(errno));
    }
    cut_ = true;
  }
  if (const int error = write_all(descriptor_, std::as_bytes(std::span(text))); error != 0) {
    // Remove what was written, so that a full disk does not leave a partial record.
    cut_ = false;
    if (regular_) static_cast<void>(ftruncate(descriptor_, static_cast<off_t>(end_)) == 0);
    return unwritable(path_, reason(error));
  }
  end_ += text.size();
  return {};
}

}  // namespace genre::base
