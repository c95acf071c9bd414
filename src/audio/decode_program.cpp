#include "audio/decode_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "audio/decode_socket.h"
#include "base/stop_event.h"

extern "C" {
#include <sys/pidfd.h>  // in glibc 2.36 not declared for C++
}

namespace genre::audio {
namespace {

namespace fs = std::filesystem;
using base::Descriptor;

constexpr char kName[] = "genre-decode";

// Timeout for the next bytes of a process, in seconds. Tests set a shorter one.
time_t timeout() {
  constexpr time_t kDefault = 30;
  const char* text = secure_getenv("GENRE_DECODE_TIMEOUT");
  const time_t seconds = text != nullptr ? std::atol(text) : 0;
  return seconds > 0 ? seconds : kDefault;
}

// The path of genre-decode: from the environment, else beside this program, else where it is
// installed. Empty if it is not found.
std::string find_program() {
  if (const char* path = secure_getenv("GENRE_DECODE"); path != nullptr) return path;
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& path :
       {folder / kName, folder / ".." / "libexec" / "genre" / kName,
        fs::path(GENRE_LIBEXECDIR) / kName, fs::path("/usr/libexec/genre") / kName}) {
    if (path.is_absolute() && access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

tl::unexpected<Error> not_started(int error) {
  return fail(ErrorCode::kUnavailable,
              fmt::format("genre-decode cannot be started: {}", std::strerror(error)));
}

// The program gets only the socket, as its standard input: no environment variables, signal mask or
// output files of this process. It ignores the signals of a stop (see decode/main.cpp); they are
// blocked until then, because loading its libraries takes a while.
pid_t spawn(const std::string& path, int control) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t stops, all;
  sigemptyset(&stops);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&stops, number);
  sigfillset(&all);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, control, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &stops);
  posix_spawnattr_setsigdefault(&attributes, &all);
  std::string name = kName, locale = "LC_ALL=C";
  std::array<char*, 2> arguments = {name.data(), nullptr};
  std::array<char*, 2> environment = {locale.data(), nullptr};
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  errno = error;
  return error == 0 ? pid : -1;
}

}  // namespace

DecodeProcess::~DecodeProcess() {
  // A pidfd, not a pid: a process that has ended was reaped by genre-decode, and its pid may be in
  // use again.
  if (pidfd_) pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
}

// Whether nothing of the stream is left to decode until more arrives, and it has not ended.
bool DecodeProcess::waits_for_stream() const {
  pollfd stream{stream_, POLLIN | POLLRDHUP, 0};
  return stream_ >= 0 && poll(&stream, 1, 0) == 0;
}

Result<void> DecodeProcess::read(std::span<std::byte> to) const {
  while (!to.empty()) {
    if (stream_ >= 0 && !base::wait_to_read(answer_.get())) {
      return fail(ErrorCode::kCancelled, "interrupted");
    }
    const ssize_t n = recv(answer_.get(), to.data(), to.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      if (waits_for_stream()) continue;
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the file cannot be decoded: genre-decode sent nothing for {} s and "
                              "was stopped; convert the file to WAV or FLAC",
                              timeout()));
    }
    if (n <= 0) {
      return fail(ErrorCode::kUnsupported,
                  "the file cannot be decoded: genre-decode ended unexpectedly; convert the file "
                  "to WAV or FLAC");
    }
    to = to.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

void DecodeProcess::seek(std::int64_t frame) const {
  const decode::Seek seek{.frame = static_cast<std::uint64_t>(frame)};
  ::send(answer_.get(), &seek, sizeof(seek), MSG_NOSIGNAL);
}

DecodeProgram& DecodeProgram::instance() {
  static DecodeProgram program;
  return program;
}

DecodeProgram::DecodeProgram() : path_(find_program()) {}

DecodeProgram::~DecodeProgram() { stop(); }

void DecodeProgram::stop() {
  control_ = Descriptor();
  if (pid_ > 0 && owner_ == getpid()) {
    kill(pid_, SIGKILL);  // no other process can have this pid: only this code reaps it
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  pid_ = -1;
}

bool DecodeProgram::start() {
  stop();
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  control_ = Descriptor(ends[0]);
  const Descriptor other(ends[1]);
  // Sending must not block forever if the program reads no requests.
  const timeval limit{timeout(), 0};
  setsockopt(control_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  owner_ = getpid();
  pid_ = spawn(path_, other.get());
  return pid_ > 0;
}

Result<void> DecodeProgram::send(const decode::Request& request, int file, int answer) {
  const std::scoped_lock lock(mutex_);
  if (pid_ > 0 && owner_ == getpid() && send_request(control_.get(), request, file, answer) == 0) {
    return {};
  }
  // The program was not started yet, or has ended.
  if (!start()) return not_started(errno);
  if (const int error = send_request(control_.get(), request, file, answer); error != 0) {
    return not_started(error);
  }
  return {};
}

Result<DecodeProcess> DecodeProgram::decode(const AudioFile& file, const decode::Request& request) {
  Descriptor memory;
  if (file.descriptor() < 0) {
    memory = file_in_memory(file.start());
    if (!memory) {
      return fail(
          ErrorCode::kOutOfMemory,
          fmt::format("the file cannot be passed to genre-decode: {}", std::strerror(errno)));
    }
  }
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return not_started(errno);
  }
  Descriptor ours(ends[0]);
  const timeval limit{timeout(), 0};
  setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  {
    const Descriptor theirs(ends[1]);
    const int descriptor = memory ? memory.get() : file.descriptor();
    if (auto sent = send(request, descriptor, theirs.get()); !sent) {
      return tl::make_unexpected(std::move(sent.error()));
    }
  }
  Descriptor pidfd;
  if (const int error = receive_started(ours.get(), pidfd); error != 0) return not_started(error);
  return DecodeProcess(std::move(ours), std::move(pidfd),
                       request.is_stream != 0 ? file.descriptor() : -1);
}

}  // namespace genre::audio
