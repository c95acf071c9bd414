#include "features/frames.h"

#include <algorithm>
#include <stdexcept>

namespace genre::features {
namespace {

// The sample of a mirrored clip at a position before or behind it. Mirrors repeatedly, as
// numpy.pad does where the padding is longer than the clip.
std::ptrdiff_t mirrored(std::ptrdiff_t position, std::ptrdiff_t size, bool repeat_edge) {
  if (size == 1) return 0;
  const std::ptrdiff_t period = repeat_edge ? 2 * size : 2 * (size - 1);
  std::ptrdiff_t n = position % period;
  if (n < 0) n += period;
  return n < size ? n : period - n - (repeat_edge ? 1 : 0);
}

std::span<const float> checked(std::span<const float> y) {
  if (y.size() < FeatureExtractor::kMinSamples) {
    throw std::invalid_argument("a clip must have at least 1025 samples");
  }
  return y;
}

}  // namespace

std::size_t frame_count(std::size_t n_samples, const Framing& framing) {
  const std::size_t extended = n_samples + 2 * framing.pad, length = framing.frame_length;
  return 1 + (std::max(extended, length) - length) / framing.hop_length;
}

ClipFrames::ClipFrames(std::span<const float> y, const Framing& framing)
    : y_(y), framing_(framing) {}

ClipFrames::ClipFrames(std::span<const float> y, PadMode pad_mode)
    : ClipFrames(checked(y), {.frame_length = kNFft,
                              .hop_length = kHopLength,
                              .pad = kNFft / 2,
                              .pad_mode = pad_mode}) {}

ClipFrames::ClipFrames(std::span<const float> y, std::size_t hop_length)
    : ClipFrames(checked(y), {.frame_length = kNFft, .hop_length = hop_length}) {}

std::size_t ClipFrames::size() const { return frame_count(y_.size(), framing_); }

void ClipFrames::pad(std::ptrdiff_t position, std::span<float> samples) const {
  const auto size = static_cast<std::ptrdiff_t>(y_.size());
  // Behind the padding are only the zeros of a clip that is shorter than a frame.
  const std::ptrdiff_t end = size + static_cast<std::ptrdiff_t>(framing_.pad);
  std::ranges::fill(samples, 0.0F);
  if (framing_.pad_mode == PadMode::kConstant) return;
  for (float& sample : samples) {
    if (position >= end) return;
    const std::ptrdiff_t n =
        framing_.pad_mode == PadMode::kEdge
            ? std::clamp<std::ptrdiff_t>(position, 0, size - 1)
            : mirrored(position, size, framing_.pad_mode == PadMode::kSymmetric);
    sample = y_[static_cast<std::size_t>(n)];
    ++position;
  }
}

std::span<const float> ClipFrames::frame(std::size_t t, std::span<float> scratch) const {
  // Positions in the padded clip, in which y is [pad, y_end).
  const std::size_t start = t * framing_.hop_length, end = start + framing_.frame_length;
  const std::size_t y_end = framing_.pad + y_.size();
  if (start >= framing_.pad && end <= y_end) {
    return y_.subspan(start - framing_.pad, framing_.frame_length);
  }
  const std::size_t first = std::clamp(framing_.pad, start, end);
  const std::size_t last = std::clamp(y_end, first, end);
  const auto position = [&](std::size_t n) {
    return static_cast<std::ptrdiff_t>(n) - static_cast<std::ptrdiff_t>(framing_.pad);
  };
  pad(position(start), scratch.first(first - start));
  if (last > first) {
    std::ranges::copy(y_.subspan(first - framing_.pad, last - first),
                      scratch.begin() + static_cast<std::ptrdiff_t>(first - start));
  }
  pad(position(last), scratch.subspan(last - start, end - last));
  return scratch.first(framing_.frame_length);
}

}  // namespace genre::features
