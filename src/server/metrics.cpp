#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <mutex>
#include <string>

#include "metrics/buckets.h"
#include "metrics/build_info.h"
#include "metrics/prediction_metrics.h"
#include "metrics/process_metrics.h"

namespace genre::server {

using prometheus::Histogram;

struct Metrics::Impl {
  prometheus::Registry registry;

  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("genre_http_requests_total")
                                                          .Help("Responses sent")
                                                          .Register(registry);
  prometheus::Family<Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("genre_http_request_duration_seconds")
          .Help("Time from the first byte of the request to the last byte of the response")
          .Register(registry);
  metrics::ProcessMetrics process;

  // In service under one name.
  struct PerModel {
    PerModel(prometheus::Registry& registry, const std::string& name)
        : predictions(registry, {{"model", name}}) {}

    metrics::PredictionMetrics predictions;
    mutable std::mutex mutex;  // of statistics
    Statistics statistics = {};
  };
  std::deque<PerModel> models;  // whose elements cannot be moved

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& queue_depth = gauge("genre_queue_depth", "Predictions waiting for a worker");
  prometheus::Gauge& in_flight_bytes =
      gauge("genre_in_flight_bytes", "Bytes reserved for the bodies of requests in progress");
  prometheus::Gauge& connections = gauge("genre_connections", "Open connections");
  prometheus::Gauge& streams = gauge("genre_streams", "Live predictions in progress");
  prometheus::Counter& stream_windows = prometheus::BuildCounter()
                                            .Name("genre_stream_windows_total")
                                            .Help("Windows of live predictions")
                                            .Register(registry)
                                            .Add({});
  prometheus::Gauge& jobs_unfinished =
      gauge("genre_async_jobs", "Jobs of Prefer: respond-async that are not finished");
  prometheus::Gauge& job_results =
      gauge("genre_async_results", "Results of Prefer: respond-async that are kept");
  prometheus::Counter& log_lines_dropped = prometheus::BuildCounter()
                                               .Name("genre_log_lines_dropped_total")
                                               .Help("Lines of the log that nobody read in time")
                                               .Register(registry)
                                               .Add({});
  prometheus::Gauge& ready = gauge("genre_ready", "1 if /readyz responds with 200");
};

Metrics::Metrics(const std::vector<std::string>& model_names, const std::string& revision)
    : impl_(std::make_unique<Impl>()) {
  metrics::add_build_info(impl_->registry, revision);
  for (const std::string& name : model_names) impl_->models.emplace_back(impl_->registry, name);
}
Metrics::~Metrics() = default;

void Metrics::record_request(std::string_view route, int status,
                             std::chrono::nanoseconds duration) {
  const std::string name(route);
  impl_->requests.Add({{"route", name}, {"code", std::to_string(status)}}).Increment();
  impl_->durations.Add({{"route", name}}, metrics::kSeconds).Observe(metrics::seconds(duration));
}

void Metrics::record_prediction(std::size_t model, const Work& work) {
  Impl::PerModel& of_model = impl_->models.at(model);
  of_model.predictions.record_prediction(work.queued, work.spent);
  const std::scoped_lock lock(of_model.mutex);
  of_model.statistics.add(work.queued, work.worked, work.spent, work.succeeded);
}

void Metrics::record_windows(std::size_t n) {
  impl_->stream_windows.Increment(static_cast<double>(n));
}

void Metrics::set_model(std::size_t index, const ModelInfo& model) {
  impl_->models.at(index).predictions.set_model(model);
}

Statistics Metrics::statistics(std::size_t model) const {
  const Impl::PerModel& of_model = impl_->models.at(model);
  const std::scoped_lock lock(of_model.mutex);
  return of_model.statistics;
}

std::string Metrics::text(const Gauges& gauges) const {
  impl_->queue_depth.Set(static_cast<double>(gauges.queue_depth));
  impl_->in_flight_bytes.Set(static_cast<double>(gauges.in_flight_bytes));
  impl_->connections.Set(static_cast<double>(gauges.connections));
  impl_->streams.Set(static_cast<double>(gauges.streams));
  impl_->jobs_unfinished.Set(static_cast<double>(gauges.jobs_unfinished));
  impl_->job_results.Set(static_cast<double>(gauges.job_results));
  impl_->ready.Set(gauges.ready ? 1 : 0);
  auto& dropped = impl_->log_lines_dropped;
  dropped.Increment(static_cast<double>(gauges.log_lines_dropped) - dropped.Value());
  auto families = impl_->registry.Collect();
  std::ranges::move(impl_->process.Collect(), std::back_inserter(families));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace genre::server
