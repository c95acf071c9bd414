#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "metrics/buckets.h"
#include "metrics/prediction_metrics.h"

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
  metrics::PredictionMetrics predictions{registry};

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& queue_depth = gauge("genre_queue_depth", "Predictions waiting for a worker");
  prometheus::Gauge& in_flight_bytes =
      gauge("genre_in_flight_bytes", "Bytes reserved for the bodies of requests in progress");
  prometheus::Gauge& connections = gauge("genre_connections", "Open connections");
  prometheus::Counter& log_lines_dropped = prometheus::BuildCounter()
                                               .Name("genre_log_lines_dropped_total")
                                               .Help("Lines of the log that nobody read in time")
                                               .Register(registry)
                                               .Add({});
  prometheus::Gauge& ready = gauge("genre_ready", "1 if /readyz responds with 200");
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::record_request(std::string_view route, int status,
                             std::chrono::nanoseconds duration) {
  const std::string name(route);
  impl_->requests.Add({{"route", name}, {"code", std::to_string(status)}}).Increment();
  impl_->durations.Add({{"route", name}}, metrics::kSeconds).Observe(metrics::seconds(duration));
}

void Metrics::record_prediction(std::chrono::nanoseconds queued, const StageTimes& spent) {
  impl_->predictions.record_prediction(queued, spent);
}

void Metrics::set_model(const ModelInfo& model) { impl_->predictions.set_model(model); }

std::string Metrics::text(const Gauges& gauges) const {
  impl_->queue_depth.Set(static_cast<double>(gauges.queue_depth));
  impl_->in_flight_bytes.Set(static_cast<double>(gauges.in_flight_bytes));
  impl_->connections.Set(static_cast<double>(gauges.connections));
  impl_->ready.Set(gauges.ready ? 1 : 0);
  auto& dropped = impl_->log_lines_dropped;
  dropped.Increment(static_cast<double>(gauges.log_lines_dropped) - dropped.Value());
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace genre::server
