// The metrics of a worker, served over HTTP for Prometheus.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "genre/model.h"
#include "genre/predictor.h"

namespace genre::queue {

enum class JobOutcome {
  kPredicted,
  kFailed,      // will be delivered again
  kDeadLetter,  // failed for the last time
};

// Thread-safe.
class Metrics {
 public:
  struct Sources {
    std::function<bool()> connected;                   // whether the connection to NATS is up
    std::function<std::uint64_t()> log_lines_dropped;  // since the start
  };
  // revision: of the source code; empty if unknown. sources: called for each request, on any
  // thread.
  Metrics(const ModelInfo& model, const std::string& revision, Sources sources);
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
