#include "predict/segment_predictor.h"

#include <algorithm>
#include <utility>

#include "base/stopwatch.h"
#include "predict/window_inputs.h"

namespace genre::predict {
namespace {

Warning all_silent(double duration) {
  return {.code = WarningCode::kSilence,
          .message = "the audio is silent, so all genres are equally likely",
          .from = 0,
          .to = duration};
}

// The input with this feature set.
std::optional<std::size_t> find_features(const ModelInfo& model, FeatureSet feature_set) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const auto* features = std::get_if<FeaturesInput>(&model.inputs[i].source);
    if (features && features->feature_set == feature_set) return i;
  }
  return std::nullopt;
}

}  // namespace

WindowOptions with_windows_of(const ModelInfo& model, WindowOptions options) {
  if (!options.hop) options.hop = options.window.value_or(model.hop);
  if (!options.window) options.window = model.window;
  return options;
}

bool needs_whole_file(const ModelInfo& model) {
  return std::ranges::any_of(model.inputs, [](const ModelInput& input) {
    const auto* network = std::get_if<NetworkInput>(&input.source);
    return network && network->excerpts;
  });
}

SegmentPredictor::SegmentPredictor(const ModelInfo& model, const WindowOptions& options,
                                   std::unique_ptr<SourceAudio> source)
    : labels_(model.labels),
      feature_set_(options.feature_set.value_or(model.shown_features())),
      keep_features_(options.keep_features),
      source_(std::move(source)),
      pool_(model.labels.size(), model.window_correlation) {
  if (keep_features_) {
    features_ = find_features(model, feature_set_);
    if (!features_) other_.emplace(feature_set_);
  }
}

Segment SegmentPredictor::read(const WindowReader::Window& window, Predictor& predictor) {
  Segment segment{.start = window.start,
                  .end = window.end,
                  .certainties = equal(),
                  .features = {},
                  .silent = is_silent(window.y)};
  if (segment.silent) silence_.add(WarningCode::kSilence, window.start, window.end);
  // Also for a silent window: the source forgets what is before it.
  const Samples source = source_ ? source_->window(window.start, window.end) : Samples{};
  if (segment.silent && !keep_features_) return segment;
  const base::Stopwatch stopwatch(predictor.times_.features);
  WindowInputs& inputs = *predictor.inputs_;
  inputs.compute({.y = window.y, .sr = predictor.model().info().sample_rate()}, source);
  if (other_) {
    segment.features.resize(feature_names(feature_set_).size());
    other_->extract(window.y, segment.features);
  } else if (features_) {
    const auto kept = inputs.values(*features_, 0);
    segment.features.assign(kept.begin(), kept.end());
  }
  return segment;
}

void SegmentPredictor::classify(Segment& segment, std::size_t n_patches, const ValuesOf& values,
                                Predictor& predictor) {
  const base::Stopwatch stopwatch(predictor.times_.model);
  Classifier& classifier = predictor.classifier_;
  std::vector<std::span<const float>> inputs(predictor.model().info().inputs.size());
  std::vector<float> certainties(segment.certainties.size());
  std::ranges::fill(segment.certainties, 0.0F);
  const auto n = static_cast<float>(n_patches);
  for (std::size_t patch = 0; patch < n_patches; ++patch) {
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = values(i, patch);
    classifier.predict_proba(inputs, certainties);
    for (std::size_t label = 0; label < certainties.size(); ++label) {
      segment.certainties[label] += certainties[label] / n;
    }
    segment.novelty += classifier.novelty() / n;
    segment.none += classifier.none() / n;
  }
  pool_.add(segment.certainties);
  novelty_ += segment.novelty;
  none_ += segment.none;
}

void SegmentPredictor::classify(Segment& segment, Predictor& predictor) {
  const WindowInputs& inputs = *predictor.inputs_;
  classify(
      segment, inputs.n_patches(),
      [&](std::size_t input, std::size_t patch) { return inputs.values(input, patch); }, predictor);
}

std::vector<float> SegmentPredictor::equal() const {
  const std::size_t n_labels = labels_.size();
  return std::vector<float>(n_labels, 1.0F / static_cast<float>(n_labels));
}

Prediction SegmentPredictor::summary(double duration, const Predictor& predictor) const {
  Prediction prediction;
  prediction.labels = labels_;
  prediction.feature_set = feature_set_;
  prediction.duration = duration;
  const std::size_t n_pooled = pool_.n_windows();
  if (n_pooled == 0) {
    prediction.certainties = equal();
    prediction.confident = false;
    prediction.warnings = {all_silent(duration)};
    return prediction;
  }
  prediction.certainties = pool_.certainties();
  prediction.none_of_these = predictor.none_of_these(n_pooled, none_);
  prediction.confident =
      predictor.confident(prediction.certainties, novelty_ / static_cast<double>(n_pooled),
                          prediction.none_of_these, n_pooled);
  prediction.warnings = silence_.list();
  return prediction;
}

}  // namespace genre::predict
