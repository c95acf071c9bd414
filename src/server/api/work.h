// The work on the body of a request, in parts that several threads can take.
#pragma once

#include <cstddef>

#include "genre/predictor.h"
#include "http/problem.h"

namespace genre::server {

class Work {
 public:
  Work() = default;
  virtual ~Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  // Reads the body and returns the number of parts, at least one. Call it once, first.
  [[nodiscard]] virtual tl::expected<std::size_t, http::Problem> read() = 0;

  // The number of predictions that the rate limit counts. Call it after read.
  [[nodiscard]] virtual std::size_t n_predictions() const = 0;

  // Does a step of a part: at most about one window. Returns whether the part has more steps. Other
  // threads may work on other parts meanwhile; the parts must begin in their order.
  [[nodiscard]] virtual bool step(std::size_t part, Predictor& predictor) = 0;

  // The response, after the last step of all parts.
  [[nodiscard]] virtual http::Reply finish() = 0;
};

}  // namespace genre::server
