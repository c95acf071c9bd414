#include "batch/tags/original.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "batch/tags/layout.h"

namespace genre::batch {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> unwritable(const std::string& why) {
  return fail(ErrorCode::kUnreadableFile, "the file cannot be tagged: " + why);
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

Result<void> check_replaceable(const std::string& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return untaggable("it is not a regular file");
  if (status.st_nlink > 1) {
    return untaggable("it has {} names (hard links), and the others would keep the old version",
                      status.st_nlink);
  }
  // rename() needs only a writable folder, so the file itself must be checked too. The first
  // condition is for root, for whom access() always succeeds.
  constexpr mode_t kWritable = S_IWUSR | S_IWGRP | S_IWOTH;
  if ((status.st_mode & kWritable) == 0 || access(path.c_str(), W_OK) != 0) {
    return unwritable("it is read-only");
  }
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return unwritable(error.message());
  if (access(target.parent_path().c_str(), W_OK | X_OK) != 0) {
    return unwritable("its folder is read-only");
  }
  return {};
}

}  // namespace

Result<Original> Original::open(const std::string& path) {
  // Non-blocking: a pipe without a writer would wait for one.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return unwritable(std::generic_category().message(errno));
  struct stat status {};
  const int known = fstat(descriptor, &status);
  Original original(descriptor, status);
  if (known != 0) return unwritable(std::generic_category().message(errno));
  if (auto checked = check_replaceable(path, status); !checked) {
    return tl::make_unexpected(std::move(checked.error()));
  }
  return original;
}

Original::Original(Original&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), status_(other.status_) {}

Original::~Original() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Original::lock() const {
  while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

bool Original::is_still(const std::string& path) const {
  struct stat now {};
  return stat(path.c_str(), &now) == 0 && now.st_dev == status_.st_dev &&
         now.st_ino == status_.st_ino && now.st_size == status_.st_size &&
         same_time(now.st_mtim, status_.st_mtim) && same_time(now.st_ctim, status_.st_ctim);
}

}  // namespace genre::batch
