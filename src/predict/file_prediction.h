// The prediction of one file, step by step, so that a thread can work on several files in turn.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "audio/warnings.h"
#include "genre/predictor.h"
#include "model/pool.h"
#include "predict/windows.h"

namespace genre::predict {

// Use it from one thread at a time, with any predictor of the same model.
class FilePrediction {
 public:
  // file: its bytes must outlive this object.
  FilePrediction(AudioFile file, const WindowOptions& options)
      : file_(std::move(file)), options_(options) {}
  FilePrediction(const FilePrediction&) = delete;  // windows_ refers to stream_
  FilePrediction& operator=(const FilePrediction&) = delete;

  // Opens the file, or reads a few seconds of audio and predicts at most one window. Returns the
  // prediction after the last step, else nothing. Errors: those of AudioStream; kCancelled once a
  // stop is requested; kTooLong if there are more than max_windows windows.
  [[nodiscard]] Result<std::optional<Prediction>> step(Predictor& predictor,
                                                       const std::stop_token& stop);

  [[nodiscard]] std::size_t n_windows() const { return prediction_.segments.size(); }
  void limit_windows(std::size_t max_windows) { options_.max_windows = max_windows; }

 private:
  [[nodiscard]] Result<void> open(Predictor& predictor);
  void predict(const WindowReader::Window& window, Predictor& predictor);
  [[nodiscard]] std::vector<float> equal() const;  // the certainties of silence: [n_labels]
  [[nodiscard]] Prediction finish(Predictor& predictor);

  AudioFile file_;
  WindowOptions options_;
  std::optional<AudioStream> stream_;
  std::optional<WindowReader> windows_;
  std::vector<float> features_;  // of the current window
  std::optional<model::CertaintyPool> pool_;
  std::optional<FeatureExtractor> other_;  // for kept features that the model does not use
  Prediction prediction_;
  audio::Warnings silence_;
  double novelty_ = 0;  // sum over the windows that are not silent
};

}  // namespace genre::predict
