// The server's metrics, in Prometheus' text format.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

  // queued: time in the queue. spent: time per stage.
  void record_prediction(std::chrono::nanoseconds queued, const StageTimes& spent);

  // The model in service from now on.
  void set_model(const ModelInfo& model);

  struct Gauges {
    std::size_t queue_depth, in_flight_bytes, connections;
    bool ready;
    std::uint64_t log_lines_dropped;  // since the start
  };
  // All metrics, with these values.
  [[nodiscard]] std::string text(const Gauges& gauges) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
