// What the server counts and times, in Prometheus' text form.
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

  void answered(std::string_view route, int status, std::chrono::nanoseconds duration);

  // A worker's job: how long it waited, and what it spent.
  void worked(std::chrono::nanoseconds queued, const StageTimes& spent);

  // A model is served from here on.
  void serves(const ModelInfo& model);

  struct Gauges {
    std::size_t queue_depth, in_flight_bytes, connections;
    bool ready;
  };
  // Everything, with what the gauges stand at.
  [[nodiscard]] std::string text(const Gauges& gauges) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::server
