#include "queue/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <optional>
#include <utility>

#include "metrics/prediction_metrics.h"

namespace genre::queue {

struct Metrics::Impl : prometheus::Collectable {
  explicit Impl(std::function<bool()> is_connected) : connected(std::move(is_connected)) {}

  std::vector<prometheus::MetricFamily> Collect() const override {
    connection.Set(connected() ? 1 : 0);
    return registry.Collect();
  }

  const std::function<bool()> connected;
  prometheus::Registry registry;
  metrics::PredictionMetrics predictions{registry};
  prometheus::Family<prometheus::Counter>& jobs = prometheus::BuildCounter()
                                                      .Name("genre_jobs_total")
                                                      .Help("Jobs answered for, by their outcome")
                                                      .Register(registry);
  prometheus::Counter& predicted = jobs.Add({{"outcome", "predicted"}});
  prometheus::Counter& failed = jobs.Add({{"outcome", "failed"}});
  prometheus::Counter& dead = jobs.Add({{"outcome", "dead"}});
  prometheus::Gauge& connection = prometheus::BuildGauge()
                                      .Name("genre_nats_connected")
                                      .Help("1 while NATS is there")
                                      .Register(registry)
                                      .Add({});
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics(const ModelInfo& model, std::function<bool()> connected)
    : impl_(std::make_shared<Impl>(std::move(connected))) {
  impl_->predictions.set_model(model);
}
Metrics::~Metrics() = default;

void Metrics::done(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPredicted:
      return impl_->predicted.Increment();
    case Outcome::kFailed:
      return impl_->failed.Increment();
    case Outcome::kDead:
      return impl_->dead.Increment();
  }
}

void Metrics::worked(std::chrono::nanoseconds queued, const StageTimes& spent) {
  impl_->predictions.record_prediction(queued, spent);
}

Result<void> Metrics::listen(const std::string& address) {
  try {
    impl_->exposer = std::make_unique<prometheus::Exposer>(address);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no metrics can be served at {}: {}", address, error.what()));
  }
  impl_->exposer->RegisterCollectable(impl_);
  return {};
}

}  // namespace genre::queue
