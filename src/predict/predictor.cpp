#include "genre/predictor.h"

#include <algorithm>

#include "base/stopwatch.h"
#include "model/pool.h"
#include "predict/windows.h"

namespace genre {

std::vector<GenreCertainty> Prediction::ranked(std::span<const float> values) const {
  std::vector<GenreCertainty> genres;
  for (std::size_t i = 0; i < labels.size(); ++i) genres.push_back({labels[i], values[i]});
  std::ranges::stable_sort(genres, std::ranges::greater{}, &GenreCertainty::certainty);
  return genres;
}

namespace {

std::shared_ptr<FeatureExtractor> make_extractor(const ModelInfo& model) {
  return std::make_shared<FeatureExtractor>(model.feature_set, model.pad_mode);
}

}  // namespace

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits)
    : limits_(limits), extractor_(make_extractor(model->info())), classifier_(std::move(model)) {}

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits,
                     const Predictor& same_thread)
    : limits_(limits),
      extractor_(model->info().same_features(same_thread.model().info())
                     ? same_thread.extractor_
                     : make_extractor(model->info())),
      classifier_(std::move(model)) {}

void Predictor::extract(FeatureExtractor& extractor, std::span<const float> y,
                        std::span<float> features) {
  const base::Stopwatch stopwatch(times_.features);
  extractor.extract(y, features);
}

void Predictor::classify(std::span<const float> features, std::span<float> certainties) {
  const base::Stopwatch stopwatch(times_.model);
  classifier_.predict_proba(features, certainties);
}

Result<Prediction> Predictor::predict(const AudioFile& file, const WindowOptions& options) {
  auto stream = AudioStream::open(file, kSampleRate, limits_);
  if (!stream) return tl::make_unexpected(stream.error());
  auto prediction = predict(*stream, options);
  times_.decode += stream->times().decode;
  times_.resample += stream->times().resample;
  return prediction;
}

Result<Prediction> Predictor::predict(AudioStream& stream, const WindowOptions& options) {
  Prediction prediction;
  prediction.labels = model().info().labels;
  prediction.audio = stream.info();
  std::vector<float> features(feature_names(model().info().feature_set).size());
  prediction.feature_set = options.feature_set.value_or(model().info().feature_set);
  std::optional<FeatureExtractor> other;  // for kept features of a set that the model does not use
  if (options.keep_features && prediction.feature_set != model().info().feature_set) {
    other.emplace(prediction.feature_set);
  }
  model::CertaintyPool pool(prediction.labels.size(), model().info().window_correlation);
  double novelty = 0;  // sum over the segments
  const auto on_window = [&](const predict::WindowReader::Window& window) {
    Segment segment{.start = window.start,
                    .end = window.end,
                    .certainties = std::vector<float>(prediction.labels.size()),
                    .features = {}};
    extract(*extractor_, window.y, features);
    classify(features, segment.certainties);
    if (other) {
      segment.features.resize(feature_names(prediction.feature_set).size());
      extract(*other, window.y, segment.features);
    } else if (options.keep_features) {
      segment.features = features;
    }
    pool.add(segment.certainties);
    novelty += classifier_.novelty();
    prediction.segments.push_back(std::move(segment));
  };
  const auto duration = predict::for_each_window(stream, options, stop_, on_window);
  if (!duration) return tl::make_unexpected(duration.error());
  prediction.certainties = pool.certainties();
  const std::size_t n_windows = prediction.segments.size();
  prediction.confident =
      confident(prediction.certainties, novelty / static_cast<double>(n_windows), n_windows);
  prediction.duration = *duration;
  times_.audio += prediction.duration;
  ++times_.predictions;
  return prediction;
}

Classification Predictor::classify(std::span<const float> features) {
  std::vector<float> certainties(model().info().labels.size());
  classify(features, certainties);
  ++times_.predictions;
  const auto sure = confident(certainties, classifier_.novelty(), 1);
  return {std::move(certainties), sure};
}

std::optional<bool> Predictor::confident(std::span<const float> certainties, double novelty,
                                         std::size_t n_windows) const {
  const auto& thresholds = model().info().confident;
  if (!thresholds) return std::nullopt;
  return thresholds->reached(std::ranges::max(certainties), novelty, n_windows);
}

}  // namespace genre
