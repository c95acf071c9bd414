// The metrics of predictions, for both the server and the queue worker.
#pragma once

#include <prometheus/labels.h>

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
  // Registers the metrics. registry must outlive this object. labels: of all these metrics, in
  // addition to their own; several objects with different labels may share a registry.
  explicit PredictionMetrics(prometheus::Registry& registry, prometheus::Labels labels = {});
  ~PredictionMetrics();

  // queued: how long the job waited for a thread. spent: the time of each stage.
  void record_prediction(std::chrono::nanoseconds queued, const StageTimes& spent);

  // Sets the model that is used from now on, and counts it as loaded.
  void set_model(const ModelInfo& model);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::metrics
