// Measures time.
#pragma once

#include <chrono>

namespace genre::base {

// Adds its lifetime to a time.
class Stopwatch {
 public:
  explicit Stopwatch(std::chrono::nanoseconds& time) : time_(time) {}
  ~Stopwatch() { time_ += std::chrono::steady_clock::now() - start_; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  std::chrono::nanoseconds& time_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace genre::base
