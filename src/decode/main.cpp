// genre-decode: decodes audio with FFmpeg for genre, each file in a separate sandboxed process
// (sandbox.h). This process loads FFmpeg's libraries once, which takes 0.1 s, and forks for each
// file, which takes a few milliseconds. It reads no files itself.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <span>

#include "decode/codecs.h"
#include "decode/decode.h"
#include "decode/message.h"
#include "decode/protocol.h"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <sys/pidfd.h>  // in glibc 2.36 not declared for C++
}

namespace genre::decode {
namespace {

constexpr int kControl = 0;

struct Received {
  Request request;
  int file = -1, answer = -1;
};

enum class Control { kRequest, kNothing, kEnd };

// Closes the descriptors of an invalid message.
void close_all(const Received& received) {
  if (received.file >= 0) close(received.file);
  if (received.answer >= 0) close(received.answer);
}

Control receive(Received& received) {
  std::array<int, 2> descriptors{};
  const ssize_t n = receive_message(
      kControl, std::as_writable_bytes(std::span(&received.request, 1)), descriptors, MSG_DONTWAIT);
  if (n < 0) return errno == EAGAIN ? Control::kNothing : Control::kEnd;
  if (n == 0) return Control::kEnd;
  received.file = descriptors[0];
  received.answer = descriptors[1];
  const bool complete = n == sizeof(Request) && received.answer >= 0 &&
                        received.request.magic == kMagic && received.request.version == kVersion;
  if (!complete) close_all(received);
  return complete ? Control::kRequest : Control::kNothing;
}

// pidfd: -1 if there is none.
bool send_started(int answer, const Started& started, int pidfd) {
  const std::span descriptors(&pidfd, pidfd >= 0 ? 1 : 0);
  return send_message(answer, std::as_bytes(std::span(&started, 1)), descriptors) == 0;
}

// The child waits for a byte on the pipe before it starts, so that Started is sent before its
// answer.
void serve(const Received& received, const sigset_t& unblocked) {
  std::array<int, 2> gate{};
  if (pipe2(gate.data(), O_CLOEXEC) != 0) {
    send_started(received.answer, {.error = errno}, -1);
    return;
  }
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_SETMASK, &unblocked, nullptr);
    close(gate[1]);
    char go = 0;
    if (read(gate[0], &go, 1) != 1) _exit(1);
    decode_file(received.request, received.file, received.answer);
  }
  const int fork_error = errno;
  const int pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;
  const int error = pidfd >= 0 ? 0 : pid < 0 ? fork_error : errno;
  if (send_started(received.answer, {.error = error}, pidfd) && pidfd >= 0) {
    [[maybe_unused]] const ssize_t n = write(gate[1], "", 1);
  }
  if (pidfd >= 0) close(pidfd);
  close(gate[0]);
  close(gate[1]);  // without the byte above, this ends the child
}

int run() {
  // Close all inherited descriptors except the socket.
  if (close_range(3, ~0U, 0) != 0) return 1;
  // If memory runs out, the kernel should kill a process of this program and not the server.
  if (std::FILE* file = std::fopen("/proc/self/oom_score_adj", "we"); file != nullptr) {
    std::fputs("1000", file);
    std::fclose(file);
  }
  av_log_set_callback([](void*, int, const char*, va_list) {});
  av_max_alloc(std::size_t{256} << 20);
  prepare_codecs();

  // Ctrl-C and a stop by systemd signal this program too, while its parent still finishes files.
  // Only the parent ends this program. Until here, it has these signals blocked.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
  // SIGCHLD interrupts only ppoll below.
  sigset_t blocked, unblocked;
  sigemptyset(&unblocked);
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGCHLD);
  sigprocmask(SIG_SETMASK, &blocked, nullptr);
  signal(SIGCHLD, [](int) {});
  while (true) {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    pollfd control{kControl, POLLIN, 0};
    if (ppoll(&control, 1, nullptr, &unblocked) < 0 && errno != EINTR) return 1;
    Received received;
    switch (receive(received)) {
      case Control::kRequest:
        serve(received, unblocked);
        close_all(received);
        break;
      case Control::kNothing:
        break;
      case Control::kEnd:
        return 0;
    }
  }
}

}  // namespace
}  // namespace genre::decode

int main() { return genre::decode::run(); }
