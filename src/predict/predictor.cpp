#include "genre/predictor.h"

#include <algorithm>

#include "model/pool.h"
#include "predict/windows.h"

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

// bytes -> decode, mix, resample -> features -> model, a window at a time.
Result<Prediction> Predictor::predict(std::span<const std::byte> file,
                                      const WindowOptions& options) {
  auto stream = AudioStream::open(file, kSampleRate, limits_);
  if (!stream) return tl::make_unexpected(stream.error());

  Prediction prediction;
  prediction.labels = model().info().labels;
  prediction.audio = stream->info();
  std::vector<float> features(feature_names(model().info().feature_set).size());
  CertaintyPool pool(prediction.labels.size(), model().info().window_correlation);
  double novelty = 0;  // sum over the segments
  WindowReader windows(*stream, kSampleRate, options);
  while (true) {
    const auto window = windows.next();
    if (!window) return tl::make_unexpected(window.error());
    if (!*window) break;
    const auto& [start, y] = **window;
    Segment segment{.start = start,
                    .end = start + static_cast<double>(y.size()) / kSampleRate,
                    .certainties = std::vector<float>(prediction.labels.size()),
                    .features = {}};
    extractor_.extract(y, features);
    classifier_.predict_proba(features, segment.certainties);
    if (options.keep_features) segment.features = features;
    pool.add(segment.certainties);
    novelty += classifier_.novelty();
    prediction.segments.push_back(std::move(segment));
  }
  prediction.certainties = pool.certainties();
  if (const auto& thresholds = model().info().confident) {
    const std::size_t n_windows = prediction.segments.size();
    prediction.confident = thresholds->reached(std::ranges::max(prediction.certainties),
                                               novelty / static_cast<double>(n_windows), n_windows);
  }
  prediction.duration = windows.duration();
  return prediction;
}

}  // namespace genre
