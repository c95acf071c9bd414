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

// power: [n_bins]. found: [end_bin], all 0 on entry. Sets bit t of a bin in [first_bin, end_bin) if
// frame t has a peak there. The bin behind end_bin exists too.
void find_peaks(const FrameValues* HWY_RESTRICT power, std::size_t n_bins, std::size_t first_bin,
                std::size_t end_bin, std::uint16_t* HWY_RESTRICT found) {
  const Frames d;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    const auto load = [&](std::size_t bin)
                          HWY_ATTR { return hn::Load(d, power[bin].data() + lane); };
    auto max = hn::Zero(d);
    for (std::size_t bin = 0; bin < n_bins; ++bin) max = hn::Max(max, load(bin));
    const auto reference = hn::Mul(hn::Set(d, kPeakThreshold), max);

    auto left = load(first_bin - 1), peak = load(first_bin);
    for (std::size_t bin = first_bin; bin < end_bin; ++bin) {
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

constexpr double kMinHz = 150, kMaxHz = 4000;

// The histogram bin of a pitch, by its distance in semitones from the nearest note.
std::size_t tuning_index(float hz, float bins_per_octave) {
  float residual = bins_per_octave * std::log2(hz / kA0Hz);
  residual -= std::floor(residual);
  if (residual >= 0.5F) residual -= 1.0F;
  auto index = static_cast<std::size_t>(std::clamp((residual + 0.5) * kNTunings, 0.0, 99.0));
  while (index > 0 && residual < tuning_value(index)) --index;
  while (index + 1 < kNTunings && residual >= tuning_value(index + 1)) ++index;
  return index;
}

}  // namespace

TuningEstimator::TuningEstimator(const TuningParameters& parameters) : parameters_(parameters) {
  const std::size_t n_bins = 1 + parameters.n_fft / 2;
  const auto hz = [&](std::size_t bin) {
    return static_cast<double>(bin) * parameters.sr / static_cast<double>(parameters.n_fft);
  };
  // A peak has a bin on each side.
  first_bin_ = 1;
  while (first_bin_ + 1 < n_bins && hz(first_bin_) < kMinHz) ++first_bin_;
  end_bin_ = first_bin_;
  while (end_bin_ + 1 < n_bins && hz(end_bin_) < kMaxHz) ++end_bin_;
  found_.resize(end_bin_);
}

void TuningEstimator::start() { peaks_.clear(); }

// librosa.piptrack.
void TuningEstimator::add(std::span<const FrameValues> power) {
  if (first_bin_ == end_bin_) return;
  std::ranges::fill(found_, std::uint16_t{0});
  HWY_DYNAMIC_DISPATCH(find_peaks)
  (power.data(), power.size(), first_bin_, end_bin_, found_.data());
  for (std::size_t bin = first_bin_; bin < end_bin_; ++bin) {
    for (unsigned rest = found_[bin]; rest != 0; rest &= rest - 1) {
      const auto t = static_cast<std::size_t>(std::countr_zero(rest));
      add_peak(bin, power[bin - 1][t], power[bin][t], power[bin + 1][t]);
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
  peaks_.push_back({.pitch = static_cast<float>(position * parameters_.sr /
                                                static_cast<double>(parameters_.n_fft)),
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
  const auto bins_per_octave = static_cast<float>(parameters_.bins_per_octave);
  std::array<std::size_t, kNTunings> counts{};
  for (const Peak& peak : peaks_) {
    if (peak.magnitude >= threshold) ++counts[tuning_index(peak.pitch, bins_per_octave)];
  }
  return static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace genre::features
#endif  // HWY_ONCE
