#include "features/frames.h"

#include <algorithm>
#include <stdexcept>

namespace genre::features {

ClipFrames::ClipFrames(std::span<const float> y, PadMode pad_mode) : ClipFrames(y, kHopLength) {
  pad_ = kNFft / 2;
  pad_mode_ = pad_mode;
}

ClipFrames::ClipFrames(std::span<const float> y, std::size_t hop_length)
    : y_(y), hop_length_(hop_length), pad_(0) {
  if (y.size() < FeatureExtractor::kMinSamples) {
    throw std::invalid_argument("a clip must have at least 1025 samples");
  }
}

std::size_t ClipFrames::size() const {
  const std::size_t extended = y_.size() + 2 * pad_;
  return 1 + (std::max(extended, kNFft) - kNFft) / hop_length_;
}

std::span<const float, kNFft> ClipFrames::frame(std::size_t t,
                                                std::span<float, kNFft> scratch) const {
  // Positions in the padded clip, in which y is [pad_, pad_ + size).
  const std::size_t start = t * hop_length_;
  const std::size_t left = start < pad_ ? pad_ - start : 0;
  const std::size_t end = start + kNFft, y_end = pad_ + y_.size();
  const std::size_t right = end > y_end ? end - y_end : 0;
  const std::span inside = y_.subspan(start + left - pad_, kNFft - left - right);
  if (inside.size() == kNFft) return inside.first<kNFft>();

  std::ranges::copy(inside, scratch.begin() + static_cast<std::ptrdiff_t>(left));
  if (pad_mode_ == PadMode::kConstant) {
    std::ranges::fill(scratch.first(left), 0.0F);
    std::ranges::fill(scratch.last(right), 0.0F);
  } else {
    for (std::size_t i = 0; i < left; ++i) scratch[i] = y_[left - i];
    for (std::size_t i = 0; i < right; ++i) scratch[kNFft - right + i] = y_[y_.size() - 2 - i];
  }
  return scratch;
}

}  // namespace genre::features
