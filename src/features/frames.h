// A clip extended at both ends and cut into overlapping frames (librosa.util.frame, center=True).
#pragma once

#include <cstddef>
#include <span>

#include "features/constants.h"
#include "genre/features.h"

namespace genre {

class ClipFrames {
 public:
  // Looks at y, which must outlive it, as if it were extended by n_fft / 2 samples on each side.
  // Throws std::invalid_argument where y is shorter than FeatureExtractor::kMinSamples.
  ClipFrames(std::span<const float> y, PadMode pad_mode);

  [[nodiscard]] std::size_t size() const { return frame_count(y_.size()); }

  // Frame t: samples [t * hop_length - n_fft / 2, t * hop_length + n_fft / 2) of y. Only a frame
  // that reaches beyond the clip is copied, to scratch.
  [[nodiscard]] std::span<const float, kNFft> frame(std::size_t t,
                                                    std::span<float, kNFft> scratch) const;

 private:
  std::span<const float> y_;
  PadMode pad_mode_;
};

}  // namespace genre
