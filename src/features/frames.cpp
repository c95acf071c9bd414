#include "features/frames.h"

#include <algorithm>
#include <stdexcept>

#include "features/constants.h"

namespace genre {

void PaddedClip::assign(std::span<const float> y, PadMode pad_mode) {
  if (y.size() < FeatureExtractor::kMinSamples) {
    throw std::invalid_argument("a clip must have at least 1025 samples");
  }
  constexpr std::size_t kPad = kNFft / 2;
  n_frames_ = frame_count(y.size());
  padded_.resize(y.size() + 2 * kPad);
  std::ranges::copy(y, padded_.begin() + kPad);

  const std::span left = std::span(padded_).first(kPad);
  const std::span right = std::span(padded_).last(kPad);
  if (pad_mode == PadMode::kConstant) {
    std::ranges::fill(left, 0.0F);
    std::ranges::fill(right, 0.0F);
  } else {
    std::reverse_copy(y.begin() + 1, y.begin() + 1 + kPad, left.begin());
    std::reverse_copy(y.end() - 1 - kPad, y.end() - 1, right.begin());
  }
}

std::span<const float> PaddedClip::frame(std::size_t t) const {
  return std::span(padded_).subspan(t * kHopLength, kNFft);
}

std::span<const float> PaddedClip::samples() const {
  return std::span(padded_).first((n_frames_ - 1) * kHopLength + kNFft);
}

}  // namespace genre
