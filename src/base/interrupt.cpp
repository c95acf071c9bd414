#include "base/interrupt.h"

#include <fmt/core.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace genre::base {
namespace {

constexpr std::uint64_t kSignal = 1, kDone = 1000;

int event = -1;  // what a signal handler may use: a descriptor

void tell(std::uint64_t what) { [[maybe_unused]] const auto n = write(event, &what, sizeof what); }

}  // namespace

Interrupt::Interrupt(std::string says) : says_(std::move(says)) {
  event = eventfd(0, EFD_CLOEXEC);
  if (event < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  waiter_ = std::jthread([this] { wait(); });
  struct sigaction action {};
  action.sa_handler = [](int) { tell(kSignal); };
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  tell(kDone);
  waiter_.join();
  close(event);
}

void Interrupt::wait() {
  for (std::uint64_t told = 0, n = 0; told < kDone; told += n) {
    if (read(event, &n, sizeof n) != sizeof n) return;
    if (n % kDone == 0) continue;
    fmt::print(stderr, "\n{}\n", says_);
    stop_.request_stop();
  }
}

}  // namespace genre::base
