#include "features/tuning.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/tuning.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

// found: [kEndPitchBin], all 0 on entry. Sets bit t of a bin if frame t has a peak there.
void find_peaks(const SpectrumBlock& power, std::uint16_t* found) {
  const Frames d;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    const auto load = [&](std::size_t bin)
                          HWY_ATTR { return hn::Load(d, power.rows[bin].data() + lane); };
    auto max = hn::Zero(d);
    for (std::size_t bin = 0; bin < kNBins; ++bin) max = hn::Max(max, load(bin));
    const auto reference = hn::Mul(hn::Set(d, kPeakThreshold), max);

    auto left = load(kFirstPitchBin - 1), peak = load(kFirstPitchBin);
    for (std::size_t bin = kFirstPitchBin; bin < kEndPitchBin; ++bin) {
      const auto right = load(bin + 1);
      const auto is_peak =
          hn::And(hn::Gt(peak, reference), hn::And(hn::Gt(peak, left), hn::Ge(peak, right)));
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(d, is_peak, bits);
      found[bin] = static_cast<std::uint16_t>(found[bin] | (bits[0] | bits[1] << 8) << lane);
      left = peak;
      peak = right;
    }
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(find_peaks);

constexpr float kA0Hz = 440.0F / 16.0F;  // A0, the reference of octaves
constexpr std::size_t kNoTuning = 50;
static_assert(tuning_value(kNoTuning) == 0.0);

// The histogram bin of a pitch, by its distance in semitones from the nearest note.
std::size_t tuning_index(float hz) {
  float residual = 12 * std::log2(hz / kA0Hz);
  residual -= std::floor(residual);
  if (residual >= 0.5F) residual -= 1.0F;
  auto index = static_cast<std::size_t>(std::clamp((residual + 0.5) * kNTunings, 0.0, 99.0));
  while (index > 0 && residual < tuning_value(index)) --index;
  while (index + 1 < kNTunings && residual >= tuning_value(index + 1)) ++index;
  return index;
}

}  // namespace

void TuningEstimator::start() { peaks_.clear(); }

// librosa.piptrack.
void TuningEstimator::add(const SpectrumBlock& power) {
  std::array<std::uint16_t, kEndPitchBin> found{};
  HWY_DYNAMIC_DISPATCH(find_peaks)(power, found.data());
  for (std::size_t bin = kFirstPitchBin; bin < kEndPitchBin; ++bin) {
    for (unsigned rest = found[bin]; rest != 0; rest &= rest - 1) {
      const auto t = static_cast<std::size_t>(std::countr_zero(rest));
      add_peak(bin, power.rows[bin - 1][t], power.rows[bin][t], power.rows[bin + 1][t]);
    }
  }
}

// Uses the vertex of the parabola through the three points if it is within one bin. Rounds sums to
// float32 where librosa does.
void TuningEstimator::add_peak(std::size_t bin, float left, float peak, float right) {
  const double curvature = static_cast<double>(right + left) - 2.0 * peak;
  const double slope = static_cast<double>(right - left) / 2;
  const float shift =
      std::fabs(slope) >= std::fabs(curvature) ? 0.0F : static_cast<float>(-slope / curvature);
  const double position = static_cast<double>(bin) + shift;
  peaks_.push_back({.pitch = static_cast<float>(position * kSampleRate / kNFft),
                    .magnitude = peak + 0.5F * ((right - left) / 2) * shift});
}

// nth_element is enough, because the order of the peaks does not matter.
float TuningEstimator::median_magnitude() {
  const auto middle = peaks_.begin() + static_cast<std::ptrdiff_t>(peaks_.size() / 2);
  std::ranges::nth_element(peaks_, middle, {}, &Peak::magnitude);
  if (peaks_.size() % 2 == 1) return middle->magnitude;
  const auto below = std::ranges::max_element(peaks_.begin(), middle, {}, &Peak::magnitude);
  return (below->magnitude + middle->magnitude) / 2;
}

std::size_t TuningEstimator::finish() {
  if (peaks_.empty()) return kNoTuning;
  const float threshold = median_magnitude();
  std::array<std::size_t, kNTunings> counts{};
  for (const Peak& peak : peaks_) {
    if (peak.magnitude >= threshold) ++counts[tuning_index(peak.pitch)];
  }
  return static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace genre::features
#endif  // HWY_ONCE
