#include "metrics/prediction_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <string>
#include <utility>

#include "metrics/buckets.h"

namespace genre::metrics {

using prometheus::Histogram;
using prometheus::Labels;

struct PredictionMetrics::Impl {
  Impl(prometheus::Registry& to, Labels with) : registry(to), labels(std::move(with)) {}

  // The common labels, and these.
  [[nodiscard]] Labels labelled(Labels more) const {
    more.insert(labels.begin(), labels.end());
    return more;
  }

  Histogram& stage(const char* name) { return stages.Add(labelled({{"stage", name}}), kSeconds); }

  // A counter of its own family.
  prometheus::Counter& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add(labels);
  }

  prometheus::Registry& registry;
  const Labels labels;
  prometheus::Family<Histogram>& stages =
      prometheus::BuildHistogram()
          .Name("genre_stage_duration_seconds")
          .Help("Duration of each stage of a prediction, and of the wait for a worker")
          .Register(registry);
  Histogram& queue = stage("queue");
  Histogram& decode = stage("decode");
  Histogram& resample = stage("resample");
  Histogram& features = stage("features");
  Histogram& model = stage("model");
  prometheus::Counter& audio = counter("genre_audio_seconds_total", "Seconds of audio predicted");
  prometheus::Counter& loads =
      counter("genre_model_loads_total", "Models loaded, including the first one");
  prometheus::Family<prometheus::Gauge>& models = prometheus::BuildGauge()
                                                      .Name("genre_model_info")
                                                      .Help("1 for the model in use")
                                                      .Register(registry);
  prometheus::Gauge* served = nullptr;
};

PredictionMetrics::PredictionMetrics(prometheus::Registry& registry, Labels labels)
    : impl_(std::make_unique<Impl>(registry, std::move(labels))) {}
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
  const FeaturesInput* features = model.features();
  impl_->served = &impl_->models.Add(impl_->labelled(
      {{"name", model.name},
       {"feature_set", features ? std::string(to_string(features->feature_set)) : ""}}));
  impl_->served->Set(1);
  impl_->loads.Increment();
}

}  // namespace genre::metrics
