// What a worker counts and times, for Prometheus to fetch over HTTP.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "genre/model.h"
#include "genre/predictor.h"

namespace genre::queue {

enum class Outcome {
  kPredicted,
  kFailed,  // and is tried again
  kDead,    // given up
};

// Thread-safe.
class Metrics {
 public:
  // connected: asked whenever somebody looks.
  Metrics(const ModelInfo& model, std::function<bool()> connected);
  ~Metrics();

  void done(Outcome outcome);
  void worked(std::chrono::nanoseconds queued, const StageTimes& spent);

  // Answers GET /metrics at "host:port" from now on. Error: kUnavailable.
  [[nodiscard]] Result<void> listen(const std::string& address);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace genre::queue
