// Waits that an Interrupt ends.
#pragma once

#include <chrono>

namespace genre::base {

// Waits until the descriptor can be read. False if an Interrupt happens first. Thread-safe.
[[nodiscard]] bool wait_to_read(int descriptor);

// Waits for a time. False as soon as an Interrupt happens. Thread-safe.
[[nodiscard]] bool wait(std::chrono::milliseconds time);

// What these functions watch. Without one they wait as if nothing could interrupt them. Only one
// may exist at a time.
class StopEvent {
 public:
  StopEvent();  // throws std::system_error
  ~StopEvent();
  StopEvent(const StopEvent&) = delete;
  StopEvent& operator=(const StopEvent&) = delete;

  void set();  // ends all waits from now on
};

}  // namespace genre::base
