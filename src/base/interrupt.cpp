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

void handle(void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// raise has no effect in the first process of a container.
void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  _exit(128 + signal);  // as shells report it
}

}  // namespace

void end_at_signals() {
  handle([](int) { _exit(0); }, 0);
}

// SA_NODEFER: otherwise raise would only take effect after the handler.
void die_at_signals() { handle(die_of, static_cast<int>(SA_NODEFER)); }

Interrupt::Interrupt(const std::string& message) : message_("\n" + message + "\n") {
  event = eventfd(0, EFD_CLOEXEC);
  if (event < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  waiter_ = std::jthread([this] { wait(); });
  handle(
      [](int) {
        die_at_signals();  // the next time
        notify(kSignal);
      },
      SA_RESTART);
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
    stopped_.set();  // afterwards: whoever it wakes must find the stop requested
    pollfd writable{STDERR_FILENO, POLLOUT, 0};
    if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) continue;
    [[maybe_unused]] const auto shown = write(STDERR_FILENO, message_.data(), message_.size());
  }
}

}  // namespace genre::base
