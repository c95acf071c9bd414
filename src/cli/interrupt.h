// Ctrl-C as a request to come to an end.
#pragma once

#include <stop_token>
#include <thread>

namespace genre::cli {

// While it lives, SIGINT and SIGTERM request the stop; a second one ends the process as usual.
// One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  [[nodiscard]] bool happened() const { return stop_.stop_requested(); }

 private:
  void wait();

  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace genre::cli
