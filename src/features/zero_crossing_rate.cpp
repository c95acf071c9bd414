#include "features/zero_crossing_rate.h"

#include <algorithm>
#include <cstdint>

#include "features/constants.h"
#include "features/kernels.h"

namespace genre::features {
namespace {

// Smaller magnitudes count as zero, and zero counts as positive.
constexpr float kThreshold = 1e-10F;

}  // namespace

// Frame t covers the samples [512 t - 1024, 512 t + 1024). It counts a crossing at n if it covers
// both n - 1 and n: those in the hops t - 2 to t + 1, except one at its first sample. To avoid
// visiting each sample four times, the crossings of a hop are multiplied by the number of frames
// that count them. The repeated edge samples have no crossings.
double zero_crossing_rate_mean(std::span<const float> y) {
  const std::size_t n_frames = frame_count(y.size());
  std::uint64_t crossings = 0;
  for (std::size_t hop = 0; hop < n_frames; ++hop) {
    const std::size_t start = hop * kHopLength;
    const std::size_t end = std::min(start + kHopLength, y.size());
    const std::size_t before = start - std::min<std::size_t>(start, 1);
    const std::size_t first_frame = hop - std::min<std::size_t>(hop, 1);
    const std::size_t end_frame = std::min(hop + 3, n_frames);
    crossings +=
        (end_frame - first_frame) * count_crossings(y.subspan(before, end - before), -kThreshold);
    if (hop + 2 < n_frames)
      crossings -= count_crossings(y.subspan(before, start - before + 1), -kThreshold);
  }
  return static_cast<double>(crossings) / static_cast<double>(kNFft * n_frames);
}

}  // namespace genre::features
