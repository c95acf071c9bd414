#include "features/zero_crossing_rate.h"

#include <algorithm>
#include <cstdint>

#include "features/constants.h"

namespace genre {
namespace {

// Smaller values count as zero, and zero as positive.
constexpr float kThreshold = 1e-10F;

bool crosses(std::span<const float> y, std::size_t n) {
  return (y[n - 1] < -kThreshold) != (y[n] < -kThreshold);
}

}  // namespace

// Rather than walk each frame, count for each crossing the frames that see it. Frame t covers the
// samples [512 t - 1024, 512 t + 1024), and sees a crossing at n if it covers n - 1 and n. The
// repeated edge samples cross nothing.
double zero_crossing_rate_mean(std::span<const float> y) {
  constexpr std::size_t kHalf = kNFft / 2;
  const std::size_t last_frame = frame_count(y.size()) - 1;
  std::uint64_t crossings = 0;
  for (std::size_t n = 1; n < y.size(); ++n) {
    if (!crosses(y, n)) continue;
    const std::size_t first = n < kHalf ? 0 : (n - kHalf) / kHopLength + 1;
    const std::size_t last = std::min(last_frame, (n - 1 + kHalf) / kHopLength);
    crossings += last + 1 - first;
  }
  return static_cast<double>(crossings) / (kNFft * static_cast<double>(last_frame + 1));
}

}  // namespace genre
