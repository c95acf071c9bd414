// A clip extended at both ends and cut into overlapping frames (librosa.util.frame, center=True).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "genre/features.h"

namespace genre {

class PaddedClip {
 public:
  // Extends y by n_fft / 2 samples on each side. Throws std::invalid_argument where y is shorter
  // than FeatureExtractor::kMinSamples.
  void assign(std::span<const float> y, PadMode pad_mode);

  [[nodiscard]] std::size_t n_frames() const { return n_frames_; }

  // Frame t, [n_fft]: samples [t * hop_length, t * hop_length + n_fft) of the extended clip.
  [[nodiscard]] std::span<const float> frame(std::size_t t) const;

  // All samples that some frame covers, [(n_frames - 1) * hop_length + n_fft].
  [[nodiscard]] std::span<const float> samples() const;

 private:
  std::vector<float> padded_;
  std::size_t n_frames_ = 0;
};

}  // namespace genre
