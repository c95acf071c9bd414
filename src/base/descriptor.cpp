#include "base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/stop_event.h"

namespace genre::base {
namespace {

constexpr mode_t kMode = 0666;  // of a new file, less the umask

tl::unexpected<Error> unreadable(int error) {
  return fail(ErrorCode::kUnreadableFile, "the file cannot be read: " + reason(error));
}

bool is_socket(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Descriptor> open_to_read(const std::string& path) {
  // With O_NONBLOCK, the open of a named pipe does not wait for a writer. The waiting is done in
  // read_some, which an Interrupt ends: a signal alone would not end either call in a thread that
  // does not receive it.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file) return file;
  const int error = errno;
  if (error == ENXIO && is_socket(path)) {
    return fail(ErrorCode::kUnreadableFile, "the file cannot be read: it is a socket");
  }
  return unreadable(error);
}

Result<std::size_t> read_some(int descriptor, std::span<std::byte> to) {
  bool ready = false, interrupted = false;
  while (true) {
    const ssize_t n = ::read(descriptor, to.data(), to.size());
    if (n > 0 || (n == 0 && ready)) return static_cast<std::size_t>(n);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) return unreadable(errno);
    // A named pipe reads as if it had ended until its first writer opens it. Only poll tells the
    // two apart: it waits for that writer, and returns at once at the end of anything else.
    if (!interrupted) {
      ready = wait_to_read(descriptor);
      interrupted = !ready;
    } else if (n == 0) {
      return fail(ErrorCode::kCancelled, "interrupted: nothing writes to the pipe");
    } else {
      // A writer is there: this file is in progress, and a first signal lets it finish.
      pollfd input{descriptor, POLLIN, 0};
      ready = poll(&input, 1, -1) > 0;
    }
  }
}

Result<Descriptor> open_to_write(const std::string& path, int flags) {
  constexpr std::chrono::milliseconds kPause{50};
  flags |= O_WRONLY | O_CLOEXEC;
  while (true) {
    // With O_NONBLOCK, the open of a named pipe without a reader fails instead of waiting for one
    // in the kernel, where no Interrupt could end it.
    Descriptor file(::open(path.c_str(), flags | O_NONBLOCK, kMode));
    if (file) {
      // The writes must wait for the reader.
      const int status = fcntl(file.get(), F_GETFL);
      if (fcntl(file.get(), F_SETFL, status & ~O_NONBLOCK) != 0) {
        return unwritable(path, reason(errno));
      }
      return file;
    }
    const int error = errno;
    if (error != ENXIO) return unwritable(path, reason(error));
    if (is_socket(path)) return unwritable(path, "it is a socket");
    if (!wait(kPause)) {
      return fail(ErrorCode::kCancelled,
                  fmt::format("{}: interrupted while waiting for a reader of the pipe", path));
    }
  }
}

int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return 0;
}

tl::unexpected<Error> unwritable(const std::string& path, const std::string& why) {
  const std::string what = path.empty() ? "standard output" : path + ": the file";
  return fail(ErrorCode::kUnreadableFile, fmt::format("{} cannot be written: {}", what, why));
}

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace genre::base
