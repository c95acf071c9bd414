#include "predict/file_prediction.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace genre::predict {
namespace {

Warning all_silent(double duration) {
  return {.code = WarningCode::kSilence,
          .message = "the audio is silent, so all genres are equally likely",
          .from = 0,
          .to = duration};
}

}  // namespace

Result<std::optional<Prediction>> FilePrediction::step(Predictor& predictor,
                                                       const std::stop_token& stop) {
  if (stop.stop_requested()) return tl::make_unexpected(cancelled());
  if (!stream_) {
    if (auto opened = open(predictor); !opened) return tl::make_unexpected(opened.error());
    return std::nullopt;  // opening can take as long as a window: some formats are searched
  }
  const AudioStream::Times before = stream_->times();
  const auto window = windows_->read_on();
  predictor.times_.decode += stream_->times().decode - before.decode;
  predictor.times_.resample += stream_->times().resample - before.resample;
  if (!window) return tl::make_unexpected(window.error());
  if (*window) {
    if (n_windows() >= options_.max_windows) {
      return tl::make_unexpected(too_many_windows(options_.max_windows));
    }
    predict(**window, predictor);
  } else if (windows_->ended()) {
    return finish(predictor);
  }
  return std::nullopt;
}

Result<void> FilePrediction::open(Predictor& predictor) {
  DecodeLimits limits = predictor.limits_;
  limits.strict = options_.strict.value_or(limits.strict);
  auto stream = AudioStream::open(file_, kSampleRate, limits);
  if (!stream) return tl::make_unexpected(stream.error());
  stream_ = std::move(*stream);
  predictor.times_.decode += stream_->times().decode;
  predictor.times_.resample += stream_->times().resample;
  windows_.emplace(*stream_, kSampleRate, options_);
  const ModelInfo& model = predictor.model().info();
  features_.resize(feature_names(model.feature_set).size());
  pool_.emplace(model.labels.size(), model.window_correlation);
  prediction_.labels = model.labels;
  prediction_.audio = stream_->info();
  prediction_.feature_set = options_.feature_set.value_or(model.feature_set);
  if (options_.keep_features && prediction_.feature_set != model.feature_set) {
    other_.emplace(prediction_.feature_set);
  }
  return {};
}

void FilePrediction::predict(const WindowReader::Window& window, Predictor& predictor) {
  Segment segment{.start = window.start,
                  .end = window.end,
                  .certainties = equal(),
                  .features = {},
                  .silent = is_silent(window.y)};
  if (!segment.silent || options_.keep_features) {
    predictor.extract(predictor.extractor_, window.y, features_);
  }
  if (segment.silent) {
    silence_.add(WarningCode::kSilence, window.start, window.end);
  } else {
    predictor.classify(features_, segment.certainties);
    pool_->add(segment.certainties);
    novelty_ += predictor.classifier_.novelty();
  }
  if (other_) {
    segment.features.resize(feature_names(prediction_.feature_set).size());
    predictor.extract(*other_, window.y, segment.features);
  } else if (options_.keep_features) {
    segment.features = features_;
  }
  prediction_.segments.push_back(std::move(segment));
}

std::vector<float> FilePrediction::equal() const {
  const std::size_t n_labels = prediction_.labels.size();
  return std::vector<float>(n_labels, 1.0F / static_cast<float>(n_labels));
}

Prediction FilePrediction::finish(Predictor& predictor) {
  prediction_.duration = windows_->duration();
  predictor.times_.audio += prediction_.duration;
  prediction_.warnings = stream_->warnings();
  if (const std::size_t n_pooled = pool_->n_windows(); n_pooled == 0) {
    prediction_.certainties = equal();
    prediction_.confident = false;
    prediction_.warnings.push_back(all_silent(prediction_.duration));
  } else {
    prediction_.certainties = pool_->certainties();
    prediction_.confident = predictor.confident(
        prediction_.certainties, novelty_ / static_cast<double>(n_pooled), n_pooled);
    std::ranges::move(silence_.list(), std::back_inserter(prediction_.warnings));
  }
  return std::move(prediction_);
}

}  // namespace genre::predict
