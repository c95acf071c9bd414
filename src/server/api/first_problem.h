// The problem of the first element that has one, in whatever order threads find them.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include "http/problem.h"

namespace genre::server {

// Thread-safe.
class FirstProblem {
 public:
  // Whether an element before this one has a problem, so that this one need not be looked at.
  [[nodiscard]] bool is_before(std::size_t element) const { return element_ < element; }

  void add(std::size_t element, http::Problem problem) {
    const std::scoped_lock lock(mutex_);
    if (is_before(element)) return;
    element_ = element;
    problem_ = std::move(problem);
  }

  // After all elements.
  [[nodiscard]] std::optional<http::Problem> take() { return std::move(problem_); }

 private:
  std::atomic<std::size_t> element_ = std::numeric_limits<std::size_t>::max();
  std::mutex mutex_;
  std::optional<http::Problem> problem_;
};

}  // namespace genre::server
