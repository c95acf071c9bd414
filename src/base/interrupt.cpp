#include "base/interrupt.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

#include "base/parallel.h"

namespace genre::base {
namespace {

// Added to the counter of the eventfd. One read returns the sum, which shows both kinds of event.
constexpr std::uint64_t kSignal = 1, kDone = 1000;

int event = -1;    // a signal handler can use a descriptor, but no locks
int stopped = -1;  // another eventfd; from the first signal on it can be read

void notify(int to, std::uint64_t what) {
  [[maybe_unused]] const auto n = write(to, &what, sizeof what);
}

// poll(2) on these two descriptors. time: ms; -1: without limit.
std::array<pollfd, 2> poll_until_stopped(int descriptor, int time) {
  std::array<pollfd, 2> polled{{{descriptor, POLLIN, 0}, {stopped, POLLIN, 0}}};
  while (poll(polled.data(), polled.size(), time) < 0 && errno == EINTR) {
  }
  return polled;
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
  stopped = eventfd(0, EFD_CLOEXEC);
  if (event < 0 || stopped < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  waiter_ = std::jthread([this] { wait(); });
  handle(
      [](int) {
        die_at_signals();  // the next time
        notify(event, kSignal);
      },
      SA_RESTART);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  notify(event, kDone);
  waiter_.join();
  close(event);
  close(std::exchange(stopped, -1));
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
    notify(stopped, kSignal);  // last: whoever it wakes must find the stop requested
    pollfd writable{STDERR_FILENO, POLLOUT, 0};
    if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0) continue;
    [[maybe_unused]] const auto shown = write(STDERR_FILENO, message_.data(), message_.size());
  }
}

bool wait_to_read(int descriptor) { return poll_until_stopped(descriptor, -1)[0].revents != 0; }

bool wait(std::chrono::milliseconds time) {
  constexpr int kNone = -1;  // poll ignores it
  return poll_until_stopped(kNone, static_cast<int>(time.count()))[1].revents == 0;
}

}  // namespace genre::base
