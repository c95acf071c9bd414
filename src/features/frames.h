// Splits a clip into overlapping frames (librosa.util.frame), with or without padding.
#pragma once

#include <cstddef>
#include <span>

#include "features/constants.h"
#include "genre/features.h"

namespace genre::features {

struct Framing {
  std::size_t frame_length;               // samples
  std::size_t hop_length;                 // samples
  std::size_t pad = 0;                    // samples on each side of the clip
  PadMode pad_mode = PadMode::kConstant;  // only used if pad > 0
};

// The number of frames of a clip. If the padded clip is shorter than a frame, zeros are appended.
[[nodiscard]] std::size_t frame_count(std::size_t n_samples, const Framing& framing);

class ClipFrames {
 public:
  // Any framing. y must outlive this object and not be empty. The lengths must not be 0.
  ClipFrames(std::span<const float> y, const Framing& framing);

  // Frames of 2048 samples of y, padded by n_fft / 2 samples on each side (center=True), every 512
  // samples. Throws std::invalid_argument if y is shorter than FeatureExtractor::kMinSamples.
  ClipFrames(std::span<const float> y, PadMode pad_mode);

  // Frames of 2048 samples of y without padding (center=False), every hop_length samples. Throws as
  // above.
  ClipFrames(std::span<const float> y, std::size_t hop_length);

  [[nodiscard]] std::size_t size() const;

  // Frame t: the frame_length samples of the padded clip from t * hop_length. Points into the clip;
  // only a frame with padding is copied, to scratch ([frame_length]).
  [[nodiscard]] std::span<const float> frame(std::size_t t, std::span<float> scratch) const;

 private:
  // Fills samples with those of the padding from a position on, relative to the first of the clip.
  void pad(std::ptrdiff_t position, std::span<float> samples) const;

  std::span<const float> y_;
  Framing framing_;
};

}  // namespace genre::features
