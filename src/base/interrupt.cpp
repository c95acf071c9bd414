#include "base/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include "base/parallel.h"

namespace genre::base {
namespace {

// Added to the counter of the eventfd. One read returns the sum, which shows both kinds of event.
constexpr std::uint64_t kSignal = 1, kDone = 1000;

int event = -1;  // a signal handler can use a descriptor, but no locks

void notify(std::uint64_t what) {
  [[maybe_unused]] const auto n = write(event, &what, sizeof what);
}

}  // namespace

void end_at_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { _exit(0); };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::Interrupt(const std::string& message) : message_("\n" + message + "\n") {
  event = eventfd(0, EFD_CLOEXEC);
  if (event < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  waiter_ = std::jthread([this] { wait(); });
  struct sigaction action {};
  action.sa_handler = [](int) { notify(kSignal); };
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  notify(kDone);
  waiter_.join();
  close(event);
}

// Must not allocate or throw, because no code could catch it. The message is shown only if that
// does not wait for a reader of standard error.
void Interrupt::wait() {
  name_this_thread("genre-signals");
  for (std::uint64_t total = 0, n = 0; total < kDone; total += n) {
    n = 0;
    if (read(event, &n, sizeof n) != sizeof n) {
      if (errno == EINTR) continue;
      return;
    }
    if (n % kDone == 0) continue;
    stop_.request_stop();
    pollfd writable{STDERR_FILENO, POLLOUT, 0};
    if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) continue;
    [[maybe_unused]] const auto shown = write(STDERR_FILENO, message_.data(), message_.size());
  }
}

}  // namespace genre::base
