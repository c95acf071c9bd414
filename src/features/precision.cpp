#include "features/precision.h"

#include <algorithm>

#include "features/tuning.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/precision.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Floats>;

constexpr float kFaint = 1e-7F;  // of the greatest magnitude: ten times the FFT's error
constexpr std::size_t kMaxFaintBins = 15;
constexpr float kTie = 1e-6F;  // relative difference of powers that may be rounding

constexpr std::size_t kEvenBins = kNBins - 1;  // whole vectors; the Nyquist bin is left over
static_assert(kEvenBins % 16 == 0 && kEndPitchBin - kFirstPitchBin >= 16);

float max_of(const float* magnitude) {
  const Floats d;
  auto max = hn::Set(d, magnitude[kEvenBins]);
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    max = hn::Max(max, hn::LoadU(d, magnitude + bin));
  }
  return hn::GetLane(hn::MaxOfLanes(d, max));
}

bool has_faint_parts(const float* magnitude, float max) {
  const Floats d;
  const auto limit = hn::Set(d, kFaint * max);
  std::size_t faint = magnitude[kEvenBins] < kFaint * max;
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    faint += hn::CountTrue(d, hn::Lt(hn::LoadU(d, magnitude + bin), limit));
  }
  return faint > kMaxFaintBins;
}

Vector power_at(const float* magnitude) {
  const auto m = hn::LoadU(Floats(), magnitude);
  return hn::Mul(m, m);
}

// Whether rounding could decide if some bin is a peak for the tuning.
bool has_tied_peaks(const float* magnitude, float max) {
  const Floats d;
  const auto reference = hn::Set(d, kPeakThreshold * (max * max));
  for (std::size_t next = kFirstPitchBin; next < kEndPitchBin; next += hn::Lanes(d)) {
    // The last vector overlaps with the one before it.
    const std::size_t bin = std::min(next, kEndPitchBin - hn::Lanes(d));
    const auto peak = power_at(magnitude + bin);
    const auto margin = hn::Mul(hn::Set(d, kTie), peak);
    const auto nearest = hn::Min(hn::AbsDiff(peak, reference),
                                 hn::Min(hn::AbsDiff(peak, power_at(magnitude + bin - 1)),
                                         hn::AbsDiff(peak, power_at(magnitude + bin + 1))));
    const auto candidate = hn::Ge(peak, hn::Sub(reference, margin));
    if (!hn::AllFalse(d, hn::And(candidate, hn::Le(nearest, margin)))) return true;
  }
  return false;
}

bool needs_double_precision(const float* magnitude) {
  const float max = max_of(magnitude);
  return max >= kTiny && (has_faint_parts(magnitude, max) || has_tied_peaks(magnitude, max));
}

}  // namespace genre::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre {
namespace {
HWY_EXPORT(needs_double_precision);
}

bool needs_double_precision(std::span<const float, kNBins> magnitude) {
  return HWY_DYNAMIC_DISPATCH(needs_double_precision)(magnitude.data());
}

}  // namespace genre
#endif  // HWY_ONCE
