// The server's metrics, in Prometheus' text format.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "genre/model.h"
#include "genre/predictor.h"

namespace genre::server {

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void record_request(std::string_view route, int status, std::chrono::nanoseconds duration);

  // A worker's job: how long it waited, and how long each stage took.
  void record_prediction(std::chrono::nanoseconds queued, const StageTimes& spent);

  // The model that is served from here on.
  void set_model(const ModelInfo& model);

  struct Gauges {
    std::size_t queue_depth, in_flight_bytes, connections;
    bool ready;
  };
  // All metrics, with these values of the gauges.
  [[nodiscard]] std::string text(const Gauges& gauges) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
