// A clip cut into overlapping frames (librosa.util.frame), as a rule extended at both ends before.
#pragma once

#include <cstddef>
#include <span>

#include "features/constants.h"
#include "genre/features.h"

namespace genre::features {

class ClipFrames {
 public:
  // Looks at y, which must outlive it, as if it were extended by n_fft / 2 samples on each side
  // (center=True), every 512 samples. Throws std::invalid_argument where y is shorter than
  // FeatureExtractor::kMinSamples.
  ClipFrames(std::span<const float> y, PadMode pad_mode);

  // Looks at y as it is (center=False), every hop_length samples; one shorter than a frame is
  // followed by zeros. Throws as above.
  ClipFrames(std::span<const float> y, std::size_t hop_length);

  [[nodiscard]] std::size_t size() const;

  // Frame t: the n_fft samples from t * hop_length of the extended clip. Only a frame that reaches
  // beyond the clip is copied, to scratch.
  [[nodiscard]] std::span<const float, kNFft> frame(std::size_t t,
                                                    std::span<float, kNFft> scratch) const;

 private:
  std::span<const float> y_;
  std::size_t hop_length_;
  std::size_t pad_;  // samples on each side
  PadMode pad_mode_ = PadMode::kConstant;
};

}  // namespace genre::features
