// The server's metrics, in Prometheus' text format.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "genre/model.h"
#include "genre/predictor.h"
#include "server/statistics.h"

namespace genre::server {

// Thread-safe.
class Metrics {
 public:
  // model_names: the values of the label model. revision: of the source code, or empty.
  Metrics(const std::vector<std::string>& model_names, const std::string& revision);
  ~Metrics();

  void record_request(std::string_view route, int status, std::chrono::nanoseconds duration);

  // A request for predictions, after it had a worker.
  struct Work {
    std::chrono::nanoseconds queued;  // until it had the worker
    std::chrono::nanoseconds worked;  // from then on
    StageTimes spent;                 // of worked, per stage
    bool succeeded;
  };
  // model: its index, as below.
  void record_prediction(std::size_t model, const Work& work);

  // Windows of live predictions.
  void record_windows(std::size_t n);

  // The model that is in service under this name from now on.
  void set_model(std::size_t index, const ModelInfo& model);

  [[nodiscard]] Statistics statistics(std::size_t model) const;

  struct Gauges {
    std::size_t queue_depth, in_flight_bytes, connections, streams, jobs_unfinished, job_results;
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
