// Stops work cleanly on Ctrl-C.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <thread>

namespace genre::base {

inline constexpr int kInterrupted = 130;  // exit status after SIGINT, as in shells

// During its lifetime, the first SIGINT or SIGTERM requests a stop; a second one ends the process
// as usual. Only one may exist at a time.
class Interrupt {
 public:
  // message: a line to print to standard error at the first signal.
  explicit Interrupt(const std::string& message);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  [[nodiscard]] bool happened() const { return stop_.stop_requested(); }

 private:
  void wait();

  const std::string message_;  // with the line ends around it
  std::stop_source stop_;
  std::jthread waiter_;
};

// Waits until the descriptor can be read. False if an Interrupt happens first. Thread-safe.
[[nodiscard]] bool wait_to_read(int descriptor);

// Waits for a time. False as soon as an Interrupt happens. Thread-safe.
[[nodiscard]] bool wait(std::chrono::milliseconds time);

}  // namespace genre::base
