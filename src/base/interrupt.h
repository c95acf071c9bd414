// Stops work cleanly on Ctrl-C.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

#include "base/stop_event.h"

namespace genre::base {

inline constexpr int kInterrupted = 130;  // exit status after SIGINT, as in shells

// From now on SIGINT and SIGTERM end the program with status 0, until something else handles them:
// for a start that takes long and has nothing to finish. By default they have no effect on the
// first process of a container.
void end_at_signals();

// From now on SIGINT and SIGTERM end the program as by default, but also if it is the first process
// of a container: a program that is already stopping can be hurried.
void die_at_signals();

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
  StopEvent stopped_;
  std::jthread waiter_;
};

}  // namespace genre::base
