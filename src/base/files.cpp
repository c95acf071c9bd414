#include "base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <new>
#include <random>
#include <system_error>
#include <utility>

#include "base/descriptor.h"

namespace genre::base {
namespace {

namespace fs = std::filesystem;

// Hidden, so that folder walks skip it. It does not contain the name of the file, which may already
// have the maximum length.
constexpr std::string_view kTemporaryPrefix = ".genre-", kTemporarySuffix = ".tmp";
constexpr std::size_t kRandomPart = 8;  // characters between prefix and suffix

tl::unexpected<Error> unreadable(const std::string& why) {
  return fail(ErrorCode::kUnreadableFile, "the file cannot be read: " + why);
}

std::string random_text() {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::string text;
  for (std::size_t i = 0; i < kRandomPart; ++i) text += kLetters[random() % kLetters.size()];
  return text;
}

// These include the access control list, and notes of desktops and backup programs.
void copy_extended_attributes(const std::string& path, int to) {
  std::vector<char> names(
      static_cast<std::size_t>(std::max<ssize_t>(0, listxattr(path.c_str(), nullptr, 0))));
  const ssize_t size = listxattr(path.c_str(), names.data(), names.size());
  std::vector<char> value;
  for (ssize_t at = 0; at < size;) {
    const char* name = names.data() + at;
    const ssize_t n = getxattr(path.c_str(), name, nullptr, 0);
    value.resize(static_cast<std::size_t>(std::max<ssize_t>(0, n)));
    // Errors are ignored: some attributes only the system may set, others the file system lacks.
    if (getxattr(path.c_str(), name, value.data(), value.size()) == n && n >= 0) {
      static_cast<void>(fsetxattr(to, name, value.data(), value.size(), 0) == 0);
    }
    at += static_cast<ssize_t>(std::string_view(name).size()) + 1;
  }
}

// Without it, a power failure can undo the rename.
void sync_folder(const fs::path& folder) {
  const Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Errors are ignored: some file systems cannot sync a folder.
  if (opened) static_cast<void>(fsync(opened.get()));
}

}  // namespace

Result<std::vector<std::byte>> read_file(const std::string& path, std::size_t limit) {
  const auto file = open_to_read(path);
  if (!file) return tl::make_unexpected(file.error());
  struct stat status {};
  if (fstat(file->get(), &status) != 0) return unreadable(reason(errno));
  if (S_ISDIR(status.st_mode)) return unreadable("it is a directory");

  // One byte more than the size finds the end of the file without a second allocation. The buffer
  // grows for pipes, whose size is 0, and for files that grow while they are read.
  constexpr std::size_t kLeast = std::size_t{64} << 10;
  const auto size = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  const auto too_long = [&] {
    return unreadable(fmt::format("it is longer than the limit of {} bytes", limit));
  };
  if (size > limit) return too_long();
  std::vector<std::byte> bytes;
  try {
    bytes.resize(S_ISREG(status.st_mode) ? size + 1 : kLeast);
    for (std::size_t n = 0;;) {
      if (n == bytes.size()) bytes.resize(std::max(kLeast, 2 * n));
      const auto more = read_some(file->get(), std::span(bytes).subspan(n));
      if (!more) return tl::make_unexpected(more.error());
      if (*more == 0) {
        bytes.resize(n);
        return bytes;
      }
      n += *more;
      if (n > limit) return too_long();
    }
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kOutOfMemory, "there is not enough memory to read the file");
  }
}

Result<FileReplacement> FileReplacement::begin(const std::string& path, Keep keep) {
  FileReplacement file;
  file.keep_ = keep;
  std::error_code error;
  fs::path target = path;
  // fs::canonical would not follow a link whose target does not exist yet.
  constexpr int kMostLinks = 40;  // the limit of Linux
  for (int n = 0; fs::is_symlink(fs::symlink_status(target, error)); ++n) {
    if (n == kMostLinks) return unwritable(path, reason(ELOOP));
    target = target.parent_path() / fs::read_symlink(target, error);
    if (error) return unwritable(path, error.message());
  }
  file.path_ = target.string();

  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) return unwritable(path, "it is a directory");
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    file.temporary_ = file.path_;
    auto opened = open_to_write(file.path_);
    if (!opened) return tl::make_unexpected(std::move(opened.error()));
    file.descriptor_ = opened->release();
    return file;
  }
  // A replacement is private until commit, because the old version may be. A new file gets its
  // final permissions.
  const mode_t mode = fs::exists(status) ? S_IRUSR | S_IWUSR : 0666;
  do {
    const std::string name =
        fmt::format("{}{}{}", kTemporaryPrefix, random_text(), kTemporarySuffix);
    file.temporary_ = (target.parent_path() / name).string();
    file.descriptor_ = ::open(file.temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  } while (file.descriptor_ < 0 && errno == EEXIST);
  if (file.descriptor_ < 0) {
    return unwritable(path, fmt::format("cannot create a file in its folder: {}", reason(errno)));
  }
  return file;
}

FileReplacement::FileReplacement(FileReplacement&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      keep_(other.keep_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

FileReplacement& FileReplacement::operator=(FileReplacement&& other) noexcept {
  discard();
  path_ = std::move(other.path_);
  temporary_ = std::move(other.temporary_);
  keep_ = other.keep_;
  descriptor_ = std::exchange(other.descriptor_, -1);
  return *this;
}

FileReplacement::~FileReplacement() { discard(); }

void FileReplacement::discard() noexcept {
  if (descriptor_ < 0) return;
  close(std::exchange(descriptor_, -1));
  if (temporary_ != path_) unlink(temporary_.c_str());
}

Result<void> FileReplacement::write(std::span<const std::byte> bytes) {
  const int error = write_all(descriptor_, bytes);
  return error == 0 ? Result<void>() : unwritable(path_, reason(error));
}

Result<void> FileReplacement::keep_attributes() const {
  struct stat old {};
  if (stat(path_.c_str(), &old) != 0) return {};  // there is no old version
  // The owner before the mode: fchown clears the set-user-ID bit. Only root can change the owner;
  // for other users, the new file belongs to them, as with any editor.
  if (fchown(descriptor_, old.st_uid, old.st_gid) != 0) {
    static_cast<void>(fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) == 0);
  }
  constexpr mode_t kPermissions = 07777;
  if (fchmod(descriptor_, old.st_mode & kPermissions) != 0) {
    return unwritable(path_, reason(errno));
  }
  copy_extended_attributes(path_, descriptor_);
  if (keep_ == Keep::kTimes) {
    const std::array times = {old.st_atim, old.st_mtim};
    if (futimens(descriptor_, times.data()) != 0) return unwritable(path_, reason(errno));
  }
  return {};
}

Result<void> FileReplacement::commit() {
  if (temporary_ == path_) {
    const int status = close(std::exchange(descriptor_, -1));
    return status == 0 ? Result<void>() : unwritable(path_, reason(errno));
  }
  if (auto kept = keep_attributes(); !kept) return kept;
  if (fsync(descriptor_) != 0) return unwritable(path_, reason(errno));
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) return unwritable(path_, reason(errno));
  close(std::exchange(descriptor_, -1));  // so that the destructor discards nothing
  sync_folder(fs::path(path_).parent_path());
  return {};
}

Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) {
  auto file = FileReplacement::begin(path);
  if (!file) return tl::make_unexpected(std::move(file.error()));
  if (auto written = file->write(bytes); !written) return written;
  return file->commit();
}

bool is_temporary_name(std::string_view name) {
  return name.size() == kTemporaryPrefix.size() + kRandomPart + kTemporarySuffix.size() &&
         name.starts_with(kTemporaryPrefix) && name.ends_with(kTemporarySuffix);
}

}  // namespace genre::base
