#include "features/precision.h"

#include <algorithm>
#include <cmath>

#include "features/tuning.h"

namespace genre {
namespace {

constexpr float kFaint = 1e-7F;  // of the greatest magnitude: ten times the FFT's error
constexpr std::size_t kMaxFaintBins = 15;
constexpr float kTie = 1e-6F;  // relative difference of powers that may be rounding

bool has_faint_parts(std::span<const float, kNBins> magnitude, float max) {
  const float limit = kFaint * max;
  std::size_t faint = 0;
  for (const float m : magnitude) faint += m < limit;
  return faint > kMaxFaintBins;
}

// Whether rounding could decide if some bin is a peak for the tuning.
bool has_tied_peaks(std::span<const float, kNBins> power, float max) {
  const float reference = kPeakThreshold * max;
  for (std::size_t bin = kFirstPitchBin; bin < kEndPitchBin; ++bin) {
    const float peak = power[bin], margin = kTie * peak;
    if (peak < reference - margin) continue;
    if (std::fabs(peak - reference) <= margin || std::fabs(peak - power[bin - 1]) <= margin ||
        std::fabs(peak - power[bin + 1]) <= margin) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool needs_double_precision(std::span<const float, kNBins> magnitude,
                            std::span<const float, kNBins> power) {
  const float max_magnitude = *std::ranges::max_element(magnitude);
  if (max_magnitude < kTiny) return false;
  return has_faint_parts(magnitude, max_magnitude) ||
         has_tied_peaks(power, max_magnitude * max_magnitude);
}

}  // namespace genre
