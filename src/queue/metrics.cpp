#include "queue/metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <mutex>
#include <optional>
#include <utility>

#include "base/memory.h"
#include "metrics/prediction_metrics.h"

namespace genre::queue {

struct Metrics::Impl : prometheus::Collectable {
  explicit Impl(Sources functions) : sources(std::move(functions)) {}

  // The HTTP server calls this on its threads and formats the result there. It is C code, so no
  // exception may pass through it.
  std::vector<prometheus::MetricFamily> Collect() const noexcept override try {
    base::wait_for_memory_in_this_thread();
    connection.Set(sources.connected() ? 1 : 0);
    const std::scoped_lock lock(mutex);  // two requests at once would both count the same lines
    log_lines_dropped.Increment(static_cast<double>(sources.log_lines_dropped()) -
                                log_lines_dropped.Value());
    return registry.Collect();
  } catch (...) {
    return {};
  }

  const Sources sources;
  mutable std::mutex mutex;
  prometheus::Registry registry;
  metrics::PredictionMetrics predictions{registry};
  prometheus::Family<prometheus::Counter>& jobs = prometheus::BuildCounter()
                                                      .Name("genre_jobs_total")
                                                      .Help("Delivery attempts by outcome")
                                                      .Register(registry);
  prometheus::Counter& predicted = jobs.Add({{"outcome", "predicted"}});
  prometheus::Counter& failed = jobs.Add({{"outcome", "failed"}});
  prometheus::Counter& dead = jobs.Add({{"outcome", "dead"}});
  prometheus::Gauge& connection = prometheus::BuildGauge()
                                      .Name("genre_nats_connected")
                                      .Help("1 while the connection to NATS is up")
                                      .Register(registry)
                                      .Add({});
  prometheus::Counter& log_lines_dropped = prometheus::BuildCounter()
                                               .Name("genre_log_lines_dropped_total")
                                               .Help("Lines of the log that nobody read in time")
                                               .Register(registry)
                                               .Add({});
  std::unique_ptr<prometheus::Exposer> exposer;
};

Metrics::Metrics(const ModelInfo& model, Sources sources)
    : impl_(std::make_shared<Impl>(std::move(sources))) {
  impl_->predictions.set_model(model);
}
Metrics::~Metrics() = default;

void Metrics::count(JobOutcome outcome) noexcept {
  switch (outcome) {
    case JobOutcome::kPredicted:
      return impl_->predicted.Increment();
    case JobOutcome::kFailed:
      return impl_->failed.Increment();
    case JobOutcome::kDeadLetter:
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
                fmt::format("cannot serve metrics at {}: {}", address, error.what()));
  }
  impl_->exposer->RegisterCollectable(impl_);
  return {};
}

}  // namespace genre::queue
