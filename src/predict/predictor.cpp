#include "genre/predictor.h"

#include <algorithm>

#include "base/stopwatch.h"
#include "predict/file_prediction.h"

namespace genre {
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
  predict::FilePrediction prediction(file, options);
  while (true) {
    auto predicted = prediction.step(*this, stop_);
    if (!predicted) return tl::make_unexpected(std::move(predicted.error()));
    if (*predicted) return **std::move(predicted);
  }
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
