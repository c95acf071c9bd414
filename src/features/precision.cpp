#include "features/precision.h"

#include <algorithm>
#include <cmath>

#include "features/tuning.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/precision.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Floats>;

constexpr float kFftError = 1e-8F;        // relative to the maximum magnitude
constexpr float kFaint = 10 * kFftError;  // smaller magnitudes are mostly rounding error
constexpr float kBandwidthError = 5e-4F;  // acceptable error in bins: 0.005 Hz
constexpr float kTie = 1e-6F;             // relative difference of powers within rounding error

constexpr std::size_t kEvenBins = kNBins - 1;  // a whole number of vectors, without the Nyquist bin
static_assert(kEvenBins % 16 == 0 && kEndPitchBin - kFirstPitchBin >= 16);

float max_of(const float* magnitude) {
  const Floats d;
  auto max = hn::Set(d, magnitude[kEvenBins]);
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    max = hn::Max(max, hn::LoadU(d, magnitude + bin));
  }
  return hn::GetLane(hn::MaxOfLanes(d, max));
}

bool any_below(const float* magnitude, float limit) {
  const Floats d;
  auto min = hn::Set(d, magnitude[kEvenBins]);
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    min = hn::Min(min, hn::LoadU(d, magnitude + bin));
  }
  return hn::GetLane(hn::MinOfLanes(d, min)) < limit;
}

// Estimated error of the bandwidth in bins, if each faint bin has the FFT's error as its magnitude.
// The Nyquist bin is ignored.
float bandwidth_error(const float* magnitude, float max) {
  const Floats d;
  const auto limit = hn::Set(d, kFaint * max);
  auto sum = hn::Zero(d), weighted = hn::Zero(d);
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    const auto m = hn::LoadU(d, magnitude + bin);
    sum = hn::Add(sum, m);
    weighted = hn::MulAdd(hn::Iota(d, static_cast<float>(bin)), m, weighted);
  }
  const auto total = hn::SumOfLanes(d, sum);
  const auto centroid = hn::Div(hn::SumOfLanes(d, weighted), total);
  auto spread = hn::Zero(d), faint_spread = hn::Zero(d);
  for (std::size_t bin = 0; bin < kEvenBins; bin += hn::Lanes(d)) {
    const auto m = hn::LoadU(d, magnitude + bin);
    const auto deviation = hn::Sub(hn::Iota(d, static_cast<float>(bin)), centroid);
    const auto squared = hn::Mul(deviation, deviation);
    spread = hn::MulAdd(squared, m, spread);
    faint_spread = hn::Add(faint_spread, hn::IfThenElseZero(hn::Lt(m, limit), squared));
  }
  const float variance = hn::GetLane(hn::Div(hn::SumOfLanes(d, spread), total));
  const float variance_error =
      kFftError * max * hn::GetLane(hn::Div(hn::SumOfLanes(d, faint_spread), total));
  return variance_error / (std::sqrt(variance + variance_error) + std::sqrt(variance));
}

bool has_faint_parts(const float* magnitude, float max) {
  return any_below(magnitude, kFaint * max) && bandwidth_error(magnitude, max) > kBandwidthError;
}

Vector power_at(const float* magnitude) {
  const auto m = hn::LoadU(Floats(), magnitude);
  return hn::Mul(m, m);
}

// Whether rounding could decide if a bin is a peak for the tuning.
bool has_tied_peaks(const float* magnitude, float max) {
  const Floats d;
  const auto reference = hn::Set(d, kPeakThreshold * (max * max));
  for (std::size_t next = kFirstPitchBin; next < kEndPitchBin; next += hn::Lanes(d)) {
    // The last vector overlaps the previous one.
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

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(needs_double_precision);
}

bool needs_double_precision(std::span<const float, kNBins> magnitude) {
  return HWY_DYNAMIC_DISPATCH(needs_double_precision)(magnitude.data());
}

}  // namespace genre::features
#endif  // HWY_ONCE
