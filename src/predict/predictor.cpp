#include "genre/predictor.h"

#include <algorithm>
#include <iterator>

#include "audio/warnings.h"
#include "base/stopwatch.h"
#include "model/pool.h"
#include "predict/windows.h"

namespace genre {
namespace {

Warning all_silent(double duration) {
  return {.code = WarningCode::kSilence,
          .message = "the audio is silent, so all genres are equally likely",
          .from = 0,
          .to = duration};
}

}  // namespace

std::vector<GenreCertainty> Prediction::ranked(std::span<const float> values) const {
  std::vector<GenreCertainty> genres;
  for (std::size_t i = 0; i < labels.size(); ++i) genres.push_back({labels[i], values[i]});
  std::ranges::stable_sort(genres, std::ranges::greater{}, &GenreCertainty::certainty);
  return genres;
}

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits)
    : limits_(limits),
      extractor_(model->info().feature_set, model->info().pad_mode),
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
  DecodeLimits limits = limits_;
  limits.strict = options.strict.value_or(limits.strict);
  auto stream = AudioStream::open(file, kSampleRate, limits);
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
  const std::vector<float> equal(prediction.labels.size(),
                                 1.0F / static_cast<float>(prediction.labels.size()));
  audio::Warnings silence;
  double novelty = 0;  // sum over the segments that are not silent
  const auto on_window = [&](const predict::WindowReader::Window& window) {
    Segment segment{.start = window.start,
                    .end = window.end,
                    .certainties = equal,
                    .features = {},
                    .silent = predict::is_silent(window.y)};
    if (!segment.silent || options.keep_features) extract(extractor_, window.y, features);
    if (segment.silent) {
      silence.add(WarningCode::kSilence, window.start, window.end);
    } else {
      classify(features, segment.certainties);
      pool.add(segment.certainties);
      novelty += classifier_.novelty();
    }
    if (other) {
      segment.features.resize(feature_names(prediction.feature_set).size());
      extract(*other, window.y, segment.features);
    } else if (options.keep_features) {
      segment.features = features;
    }
    prediction.segments.push_back(std::move(segment));
  };
  const auto duration = predict::for_each_window(stream, options, stop_, on_window);
  if (!duration) return tl::make_unexpected(duration.error());
  prediction.warnings = stream.warnings();
  if (pool.n_windows() == 0) {
    prediction.certainties = equal;
    prediction.confident = false;
    prediction.warnings.push_back(all_silent(*duration));
  } else {
    prediction.certainties = pool.certainties();
    prediction.confident = confident(
        prediction.certainties, novelty / static_cast<double>(pool.n_windows()), pool.n_windows());
    std::ranges::move(silence.list(), std::back_inserter(prediction.warnings));
  }
  prediction.duration = *duration;
  times_.audio += prediction.duration;
  return prediction;
}

Classification Predictor::classify(std::span<const float> features) {
  std::vector<float> certainties(model().info().labels.size());
  classifier_.predict_proba(features, certainties);
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
