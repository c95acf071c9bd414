// What predictions take, as Prometheus sees it: the same of the server and of a queue's worker.
#pragma once

#include <chrono>
#include <memory>

#include "genre/model.h"
#include "genre/predictor.h"

namespace prometheus {
class Registry;
}

namespace genre::metrics {

// Thread-safe.
class PredictionMetrics {
 public:
  // Registers them. registry must outlive this.
  explicit PredictionMetrics(prometheus::Registry& registry);
  ~PredictionMetrics();

  // A piece of work: how long it waited for a thread, and what it spent.
  void worked(std::chrono::nanoseconds queued, const StageTimes& spent);

  // A model is used from here on.
  void serves(const ModelInfo& model);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::metrics
