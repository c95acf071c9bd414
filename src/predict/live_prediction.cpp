#include "predict/live_prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/stopwatch.h"
#include "predict/window_inputs.h"

namespace genre::predict {
namespace {

constexpr std::size_t kPiece = 8192;  // samples converted at a time, so that memory is bounded

}  // namespace

Result<void> check_live(const ModelInfo& model) {
  if (!needs_whole_file(model)) return {};
  return fail(ErrorCode::kNeedsWholeFile,
              fmt::format("the model {} hears pieces of the whole file, so it cannot predict while "
                          "the audio arrives; use another model, such as default",
                          model.name));
}

LivePrediction::LivePrediction(const ModelInfo& model, int sr, const WindowOptions& options)
    : predict_(model, options,
               needs_source(model) ? std::make_unique<SourceAudio>(model, sr) : nullptr),
      windows_([this](std::span<float> y) { return Result<std::size_t>(take(y)); },
               model.sample_rate(), with_windows_of(model, options)) {
  if (sr != model.sample_rate()) resampler_.emplace(sr, model.sample_rate());
}

std::size_t LivePrediction::take(std::span<float> y) {
  const std::size_t n = std::min(y.size(), converted_.size() - n_taken_);
  std::copy_n(converted_.begin() + static_cast<std::ptrdiff_t>(n_taken_), n, y.begin());
  n_taken_ += n;
  return n;
}

// Replaces converted_ by what the resampler has ready.
void LivePrediction::convert(Predictor& predictor) {
  const base::Stopwatch stopwatch(predictor.times_.resample);
  n_taken_ = 0;
  converted_.resize(kPiece);
  converted_.resize(resampler_->read(converted_));
}

// Lets the reader take samples. A take without any is the end for it.
void LivePrediction::predict_next(Predictor& predictor, const OnWindow& on_window) {
  const auto window = *windows_.read_on();  // cannot fail, because take() does not
  if (!window) return;
  Segment segment = predict_.read(*window, predictor);
  if (!segment.silent) predict_.classify(segment, predictor);
  on_window(segment);
}

void LivePrediction::predict_converted(Predictor& predictor, const OnWindow& on_window) {
  while (n_taken_ < converted_.size()) predict_next(predictor, on_window);
}

void LivePrediction::push(std::span<const float> y, Predictor& predictor,
                          const OnWindow& on_window) {
  while (!y.empty()) {
    const auto piece = y.first(std::min(y.size(), kPiece));
    y = y.subspan(piece.size());
    if (SourceAudio* source = predict_.source()) source->add(n_pushed_, piece);
    n_pushed_ += static_cast<std::int64_t>(piece.size());
    if (!resampler_) {
      n_taken_ = 0;
      converted_.assign(piece.begin(), piece.end());
      predict_converted(predictor, on_window);
      continue;
    }
    resampler_->add(piece);
    while (!resampler_->needs_input()) {
      convert(predictor);
      predict_converted(predictor, on_window);
    }
  }
}

void LivePrediction::finish(Predictor& predictor, const OnWindow& on_window) {
  if (resampler_) {
    resampler_->end();
    for (convert(predictor); !converted_.empty(); convert(predictor)) {
      predict_converted(predictor, on_window);
    }
  }
  // Now that there are no more samples, the reader ends with the rest of the audio.
  while (!windows_.ended()) predict_next(predictor, on_window);
  predictor.times_.audio += windows_.duration();
  ++predictor.times_.predictions;
}

Prediction LivePrediction::summary(const Predictor& predictor) const {
  return predict_.summary(windows_.duration(), predictor);
}

}  // namespace genre::predict
