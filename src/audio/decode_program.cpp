#include "audio/decode_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

extern "C" {
#include <sys/pidfd.h>  // in glibc 2.36 not declared for C++
}

namespace genre::audio {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "genre-decode";

// The longest silence of a process, in seconds; tests set a shorter one.
time_t silence() {
  constexpr time_t kDefault = 30;
  const char* text = secure_getenv("GENRE_DECODE_TIMEOUT");
  const time_t seconds = text != nullptr ? std::atol(text) : 0;
  return seconds > 0 ? seconds : kDefault;
}

// Where the program is: as named by the environment, beside the program that runs, or where it is
// installed. Empty where there is none.
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

// Of a file in memory: its bytes from `begin` on, in a file that has no name.
Result<Descriptor> in_memory(std::span<const std::byte> bytes) {
  Descriptor file(memfd_create("genre audio", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return not_started(errno);
  while (!bytes.empty()) {
    const ssize_t n = write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorCode::kOutOfMemory, "there is no memory to decode the file");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  // The process that decodes it must not be able to make it larger.
  fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  return file;
}

// Sends a message with two descriptors. Returns 0 or errno.
int send_request(int control, const decode::Request& request, int file, int answer) {
  const std::array<int, 2> descriptors = {file, answer};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(descriptors))> ancillary{};
  decode::Request copy = request;
  iovec bytes{&copy, sizeof(copy)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(descriptors));
  std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(descriptors));
  return sendmsg(control, &message, MSG_NOSIGNAL) == sizeof(copy) ? 0 : errno;
}

// Receives Started, and the pidfd that comes with it. Returns 0 or errno.
int receive_started(int answer, Descriptor& pidfd) {
  decode::Started started;
  int received = -1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(received))> ancillary{};
  iovec bytes{&started, sizeof(started)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  ssize_t n = 0;
  do {
    n = recvmsg(answer, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message);
      header != nullptr && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(received))) {
    std::memcpy(&received, CMSG_DATA(header), sizeof(received));
    pidfd = Descriptor(received);
  }
  if (n == 0) return EPIPE;
  if (n != sizeof(started) || started.magic != decode::kMagic ||
      started.version != decode::kVersion) {
    return EPROTO;
  }
  if (started.error != 0) return started.error;
  return pidfd ? 0 : EPROTO;
}

// The program gets the socket as its standard input and nothing else: no settings of this process,
// nor what it prints to.
pid_t spawn(const std::string& path, int control) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, control, STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attributes, &none);
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

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

DecodeProcess::~DecodeProcess() {
  // A process that ended long ago is not there to be killed; genre-decode waits for it.
  if (pidfd_) pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0);
}

Result<void> DecodeProcess::read(std::span<std::byte> to) const {
  while (!to.empty()) {
    const ssize_t n = recv(answer_.get(), to.data(), to.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the file cannot be decoded: genre-decode was silent for {} s and "
                              "was stopped; convert it to WAV or FLAC",
                              silence()));
    }
    if (n <= 0) {
      return fail(ErrorCode::kUnsupported,
                  "the file cannot be decoded: genre-decode ended in the middle of it; convert it "
                  "to WAV or FLAC");
    }
    to = to.subspan(static_cast<std::size_t>(n));
  }
  return {};
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
    kill(pid_, SIGKILL);  // still a zombie at least, since only this waits for it
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
  // A program that reads no requests must not hold up those who send them.
  const timeval patience{silence(), 0};
  setsockopt(control_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  owner_ = getpid();
  pid_ = spawn(path_, other.get());
  return pid_ > 0;
}

Result<void> DecodeProgram::send(const decode::Request& request, int file, int answer) {
  const std::scoped_lock lock(mutex_);
  if (pid_ > 0 && owner_ == getpid() && send_request(control_.get(), request, file, answer) == 0) {
    return {};
  }
  // Not started yet, or it has ended since.
  if (!start()) return not_started(errno);
  if (const int error = send_request(control_.get(), request, file, answer); error != 0) {
    return not_started(error);
  }
  return {};
}

Result<DecodeProcess> DecodeProgram::decode(const AudioFile& file, const decode::Request& request) {
  Descriptor memory;
  if (file.descriptor() < 0) {
    auto copied = in_memory(file.start());
    if (!copied) return tl::make_unexpected(std::move(copied.error()));
    memory = std::move(*copied);
  }
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return not_started(errno);
  }
  Descriptor ours(ends[0]);
  const timeval patience{silence(), 0};
  setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  {
    const Descriptor theirs(ends[1]);
    const int descriptor = memory ? memory.get() : file.descriptor();
    if (auto sent = send(request, descriptor, theirs.get()); !sent) {
      return tl::make_unexpected(std::move(sent.error()));
    }
  }
  Descriptor pidfd;
  if (const int error = receive_started(ours.get(), pidfd); error != 0) return not_started(error);
  return DecodeProcess(std::move(ours), std::move(pidfd));
}

}  // namespace genre::audio
