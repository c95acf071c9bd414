// The prediction of audio that is still arriving.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "audio/resampler.h"
#include "genre/predictor.h"
#include "predict/segment_predictor.h"
#include "predict/windows.h"

namespace genre::predict {

// kNeedsWholeFile for a model that hears pieces of the whole file.
[[nodiscard]] Result<void> check_live(const ModelInfo& model);

// Use it from one thread at a time, with any predictor of the same model.
class LivePrediction {
 public:
  // model: passes check_live. sr: of the samples (Hz). Throws std::invalid_argument if an option is
  // out of range.
  LivePrediction(const ModelInfo& model, int sr, const WindowOptions& options);
  LivePrediction(const LivePrediction&) = delete;  // windows_ refers to this
  LivePrediction& operator=(const LivePrediction&) = delete;

  // Called with each window as soon as it is complete. It may call summary().
  using OnWindow = std::function<void(const Segment&)>;

  // y: the next samples.
  void push(std::span<const float> y, Predictor& predictor, const OnWindow& on_window);

  // No more samples follow.
  void finish(Predictor& predictor, const OnWindow& on_window);

  [[nodiscard]] std::int64_t n_pushed() const { return n_pushed_; }

  // Of all windows so far; without segments, audio, and warnings about the file.
  [[nodiscard]] Prediction summary(const Predictor& predictor) const;

 private:
  [[nodiscard]] std::size_t take(std::span<float> y);
  void predict_next(Predictor& predictor, const OnWindow& on_window);
  void predict_converted(Predictor& predictor, const OnWindow& on_window);
  void convert(Predictor& predictor);

  std::optional<audio::StreamResampler> resampler_;
  SegmentPredictor predict_;
  WindowReader windows_;
  std::int64_t n_pushed_ = 0;     // samples
  std::vector<float> converted_;  // at the model's rate; windows_ takes them
  std::size_t n_taken_ = 0;       // of these
};

}  // namespace genre::predict
