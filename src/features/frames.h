// Splits a clip into overlapping frames (librosa.util.frame), with or without padding.
#pragma once

#include <cstddef>
#include <span>

#include "features/constants.h"
#include "genre/features.h"

namespace genre::features {

class ClipFrames {
 public:
  // Frames of y, padded by n_fft / 2 samples on each side (center=True), every 512 samples. y must
  // outlive this object. Throws std::invalid_argument if y is shorter than
  // FeatureExtractor::kMinSamples.
  ClipFrames(std::span<const float> y, PadMode pad_mode);

  // Frames of y without padding (center=False), every hop_length samples. If y is shorter than a
  // frame, zeros are appended. Throws as above.
  ClipFrames(std::span<const float> y, std::size_t hop_length);

  [[nodiscard]] std::size_t size() const;

  // Frame t: the n_fft samples of the padded clip from t * hop_length. Points into the clip; only a
  // frame with padding is copied, to scratch.
  [[nodiscard]] std::span<const float, kNFft> frame(std::size_t t,
                                                    std::span<float, kNFft> scratch) const;

 private:
  std::span<const float> y_;
  std::size_t hop_length_;
  std::size_t pad_;  // samples on each side
  PadMode pad_mode_ = PadMode::kConstant;
};

}  // namespace genre::features
