// Predicts the windows of a file or of a live stream one by one, and pools them. Its memory does
// not grow with their number.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/warnings.h"
#include "genre/predictor.h"
#include "model/pool.h"
#include "predict/source_audio.h"
#include "predict/windows.h"

namespace genre::predict {

// options, with the model's window and hop where they say none.
[[nodiscard]] WindowOptions with_windows_of(const ModelInfo& model, WindowOptions options);

// Whether the model has inputs that depend on the whole file.
[[nodiscard]] bool needs_whole_file(const ModelInfo& model);

// Use it from one thread at a time, with any predictor of the same model.
class SegmentPredictor {
 public:
  // source: the samples at the audio's own rate, if needs_source.
  SegmentPredictor(const ModelInfo& model, const WindowOptions& options,
                   std::unique_ptr<SourceAudio> source);

  // Null if the model needs no samples at the audio's own rate. Those of a window must be added to
  // it before the window is read.
  [[nodiscard]] SourceAudio* source() { return source_.get(); }

  // Computes the inputs of a window. It is not classified yet: its certainties are equal.
  [[nodiscard]] Segment read(const WindowReader::Window& window, Predictor& predictor);

  // The values of an input for a patch of the window.
  using ValuesOf = std::function<std::span<const float>(std::size_t input, std::size_t patch)>;
  // For a segment that is not silent, once.
  void classify(Segment& segment, std::size_t n_patches, const ValuesOf& values,
                Predictor& predictor);
  // With the inputs that the last read computed.
  void classify(Segment& segment, Predictor& predictor);

  [[nodiscard]] std::size_t n_pooled() const { return pool_.n_windows(); }  // windows

  // What is known so far: the prediction without segments, audio and warnings other than kSilence.
  // duration: s of audio used.
  [[nodiscard]] Prediction summary(double duration, const Predictor& predictor) const;

 private:
  [[nodiscard]] std::vector<float> equal() const;  // the certainties of silence: [n_labels]

  std::vector<std::string> labels_;
  FeatureSet feature_set_;
  bool keep_features_;
  std::unique_ptr<SourceAudio> source_;
  model::CertaintyPool pool_;
  std::optional<FeatureExtractor> other_;  // for kept features that the model does not use
  std::optional<std::size_t> features_;    // the input that they are otherwise
  audio::Warnings silence_;
  double novelty_ = 0, none_ = 0;  // sums over the windows that are not silent
};

}  // namespace genre::predict
