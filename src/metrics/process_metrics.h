// The metrics of the process that Prometheus' client libraries have in common:
// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace genre::metrics {

// Reads them from the system whenever they are collected. A metric that the system does not show is
// left out. Thread-safe.
class ProcessMetrics : public prometheus::Collectable {
 public:
  ProcessMetrics();

  // process_cpu_seconds_total, process_resident_memory_bytes, process_virtual_memory_bytes,
  // process_open_fds, process_max_fds, process_start_time_seconds.
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  double start_time_;  // s since 1970; 0 if unknown
};

}  // namespace genre::metrics
