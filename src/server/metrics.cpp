#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

namespace genre::server {
namespace {

using prometheus::Histogram;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// From 0.1 ms, which is less than any stage of a clip takes, to the minute of an hour's audio.
const Histogram::BucketBoundaries kSeconds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                              0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                              1,      2.5,     5,      10,    30,     60};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;

  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("genre_http_requests_total")
                                                          .Help("Requests answered")
                                                          .Register(registry);
  prometheus::Family<Histogram>& durations =
      prometheus::BuildHistogram()
          .Name("genre_http_request_duration_seconds")
          .Help("From a request's first byte to its answer's last")
          .Register(registry);
  prometheus::Family<Histogram>& stages =
      prometheus::BuildHistogram()
          .Name("genre_stage_duration_seconds")
          .Help("Of a prediction: the wait for a worker, and each stage's work")
          .Register(registry);
  Histogram& queue = stages.Add({{"stage", "queue"}}, kSeconds);
  Histogram& decode = stages.Add({{"stage", "decode"}}, kSeconds);
  Histogram& resample = stages.Add({{"stage", "resample"}}, kSeconds);
  Histogram& features = stages.Add({{"stage", "features"}}, kSeconds);
  Histogram& model = stages.Add({{"stage", "model"}}, kSeconds);
  prometheus::Counter& audio = prometheus::BuildCounter()
                                   .Name("genre_audio_seconds_total")
                                   .Help("Seconds of audio looked at")
                                   .Register(registry)
                                   .Add({});
  prometheus::Counter& loads = prometheus::BuildCounter()
                                   .Name("genre_model_loads_total")
                                   .Help("Models put into service, the first one too")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Gauge>& models = prometheus::BuildGauge()
                                                      .Name("genre_model_info")
                                                      .Help("1 for the model that is served")
                                                      .Register(registry);
  prometheus::Gauge* served = nullptr;

  prometheus::Gauge& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
  }
  prometheus::Gauge& queue_depth = gauge("genre_queue_depth", "Predictions waiting for a worker");
  prometheus::Gauge& in_flight_bytes =
      gauge("genre_in_flight_bytes", "Bytes set aside for the bodies of requests in progress");
  prometheus::Gauge& connections = gauge("genre_connections", "Open connections");
  prometheus::Gauge& ready = gauge("genre_ready", "1 where /readyz answers 200");
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view route, int status, std::chrono::nanoseconds duration) {
  const std::string name(route);
  impl_->requests.Add({{"route", name}, {"code", std::to_string(status)}}).Increment();
  impl_->durations.Add({{"route", name}}, kSeconds).Observe(seconds(duration));
}

void Metrics::worked(std::chrono::nanoseconds queued, const StageTimes& spent) {
  const auto observe = [](Histogram& stage, std::chrono::nanoseconds time) {
    if (time.count() > 0) stage.Observe(seconds(time));  // else the job had no such stage
  };
  observe(impl_->queue, queued);
  observe(impl_->decode, spent.decode);
  observe(impl_->resample, spent.resample);
  observe(impl_->features, spent.features);
  observe(impl_->model, spent.model);
  impl_->audio.Increment(spent.audio);
}

void Metrics::serves(const ModelInfo& model) {
  if (impl_->served) impl_->models.Remove(impl_->served);
  impl_->served = &impl_->models.Add(
      {{"name", model.name}, {"feature_set", std::string(to_string(model.feature_set))}});
  impl_->served->Set(1);
  impl_->loads.Increment();
}

std::string Metrics::text(const Gauges& gauges) const {
  impl_->queue_depth.Set(static_cast<double>(gauges.queue_depth));
  impl_->in_flight_bytes.Set(static_cast<double>(gauges.in_flight_bytes));
  impl_->connections.Set(static_cast<double>(gauges.connections));
  impl_->ready.Set(gauges.ready ? 1 : 0);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace genre::server
