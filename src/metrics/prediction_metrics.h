// The metrics of predictions: the same for the server and for a queue's worker.
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

  // A job: how long it waited for a thread, and how long each stage took.
  void record_prediction(std::chrono::nanoseconds queued, const StageTimes& spent);

  // The model that is used from here on.
  void set_model(const ModelInfo& model);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::metrics
