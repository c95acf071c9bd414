#include "genre/predictor.h"

#include <algorithm>
#include <numeric>

#include "predict/windows.h"

namespace genre {
namespace {

std::vector<float> mean_certainties(const std::vector<Segment>& segments, std::size_t n_labels) {
  std::vector<float> mean(n_labels);
  for (std::size_t label = 0; label < n_labels; ++label) {
    double sum = 0;
    for (const Segment& segment : segments) sum += segment.certainties[label];
    mean[label] = static_cast<float>(sum / static_cast<double>(segments.size()));
  }
  return mean;
}

}  // namespace

std::vector<GenreCertainty> Prediction::ranked(std::span<const float> values) const {
  std::vector<GenreCertainty> genres;
  for (std::size_t i = 0; i < labels.size(); ++i) genres.push_back({labels[i], values[i]});
  std::ranges::stable_sort(genres, std::ranges::greater{}, &GenreCertainty::certainty);
  return genres;
}

Predictor::Predictor(std::shared_ptr<const Model> model, const DecodeLimits& limits)
    : limits_(limits), extractor_(model->info().feature_set, model->info().pad_mode), classifier_(std::move(model)) {}

// bytes -> decode, mix, resample -> features -> model, a window at a time.
Result<Prediction> Predictor::predict(std::span<const std::byte> file,
                                      const WindowOptions& options) {
  auto stream = AudioStream::open(file, kSampleRate, limits_);
  if (!stream) return tl::make_unexpected(stream.error());

  Prediction prediction;
  prediction.labels = model().info().labels;
  prediction.audio = stream->info();
  const std::size_t n_features = feature_names(model().info().feature_set).size();
  WindowReader windows(*stream, kSampleRate, options);
  while (true) {
    const auto window = windows.next();
    if (!window) return tl::make_unexpected(window.error());
    if (!*window) break;
    const auto& [start, y] = **window;
    Segment segment{.start = start,
                    .end = start + static_cast<double>(y.size()) / kSampleRate,
                    .certainties = std::vector<float>(prediction.labels.size()),
                    .features = std::vector<float>(n_features)};
    extractor_.extract(y, segment.features);
    classifier_.predict_proba(segment.features, segment.certainties);
    prediction.segments.push_back(std::move(segment));
  }
  prediction.certainties = mean_certainties(prediction.segments, prediction.labels.size());
  prediction.duration = windows.duration();
  return prediction;
}

}  // namespace genre
