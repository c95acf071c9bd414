// The values of an input that takes features or patches of a log-mel spectrogram.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "genre/features.h"
#include "genre/frontend.h"
#include "genre/model.h"

namespace genre::predict {

// Holds scratch memory, so use it from one thread only.
class InputValues {
 public:
  explicit InputValues(const FeaturesInput& input);
  explicit InputValues(const PatchInput& input);

  [[nodiscard]] int sample_rate() const;  // Hz

  // y: [n_samples] of a window, mono at sample_rate. Features are one patch. A window that is
  // longer than a patch has several.
  void compute(std::span<const float> y);

  [[nodiscard]] std::size_t n_patches() const { return patches_.size(); }
  [[nodiscard]] std::span<const float> patch(std::size_t index) const { return patches_[index]; }

 private:
  // [n_frames, n_mels] or [n_mels, n_frames] of the frames from first on, as the graph takes them.
  [[nodiscard]] std::vector<float> cut(const Matrix<float>& log_mel, std::size_t first,
                                       std::size_t n_frames) const;

  std::optional<FeatureExtractor> extractor_;
  std::optional<Frontend> frontend_;
  bool frames_first_ = false, any_frames_ = false;
  std::vector<std::vector<float>> patches_;
};

}  // namespace genre::predict
