// The metrics of a worker, which Prometheus reads over HTTP.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "genre/model.h"
#include "genre/predictor.h"

namespace genre::queue {

enum class JobOutcome {
  kPredicted,
  kFailed,      // and is tried again
  kDeadLetter,  // given up
};

// Thread-safe.
class Metrics {
 public:
  // connected: whether NATS is; called whenever the metrics are read, on any thread.
  Metrics(const ModelInfo& model, std::function<bool()> connected);
  ~Metrics();

  void count(JobOutcome outcome) noexcept;
  void worked(std::chrono::nanoseconds queued, const StageTimes& spent);

  // Serves GET /metrics at "host:port" from now on. Error: kUnavailable.
  [[nodiscard]] Result<void> listen(const std::string& address);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace genre::queue
