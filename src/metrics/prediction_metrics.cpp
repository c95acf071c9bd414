#include "metrics/prediction_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>

#include "metrics/buckets.h"

namespace genre::metrics {

using prometheus::Histogram;

struct PredictionMetrics::Impl {
  explicit Impl(prometheus::Registry& to) : registry(to) {}

  prometheus::Registry& registry;
  prometheus::Family<Histogram>& stages =
      prometheus::BuildHistogram()
          .Name("genre_stage_duration_seconds")
          .Help("Duration of each stage of a prediction, and of the wait for a worker")
          .Register(registry);
  Histogram& queue = stages.Add({{"stage", "queue"}}, kSeconds);
  Histogram& decode = stages.Add({{"stage", "decode"}}, kSeconds);
  Histogram& resample = stages.Add({{"stage", "resample"}}, kSeconds);
  Histogram& features = stages.Add({{"stage", "features"}}, kSeconds);
  Histogram& model = stages.Add({{"stage", "model"}}, kSeconds);
  prometheus::Counter& audio = prometheus::BuildCounter()
                                   .Name("genre_audio_seconds_total")
                                   .Help("Seconds of audio predicted")
                                   .Register(registry)
                                   .Add({});
  prometheus::Counter& loads = prometheus::BuildCounter()
                                   .Name("genre_model_loads_total")
                                   .Help("Models loaded, including the first one")
                                   .Register(registry)
                                   .Add({});
  prometheus::Family<prometheus::Gauge>& models = prometheus::BuildGauge()
                                                      .Name("genre_model_info")
                                                      .Help("1 for the model in use")
                                                      .Register(registry);
  prometheus::Gauge* served = nullptr;
};

PredictionMetrics::PredictionMetrics(prometheus::Registry& registry)
    : impl_(std::make_unique<Impl>(registry)) {}
PredictionMetrics::~PredictionMetrics() = default;

void PredictionMetrics::record_prediction(std::chrono::nanoseconds queued,
                                          const StageTimes& spent) {
  const auto observe = [](Histogram& stage, std::chrono::nanoseconds time) {
    if (time.count() > 0) stage.Observe(seconds(time));  // 0: the job skipped this stage
  };
  observe(impl_->queue, queued);
  observe(impl_->decode, spent.decode);
  observe(impl_->resample, spent.resample);
  observe(impl_->features, spent.features);
  observe(impl_->model, spent.model);
  impl_->audio.Increment(spent.audio);
}

void PredictionMetrics::set_model(const ModelInfo& model) {
  if (impl_->served) impl_->models.Remove(impl_->served);
  impl_->served = &impl_->models.Add(
      {{"name", model.name}, {"feature_set", std::string(to_string(model.feature_set))}});
  impl_->served->Set(1);
  impl_->loads.Increment();
}

}  // namespace genre::metrics
