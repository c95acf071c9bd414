#include "features/mel.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/mel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

void apply_mel(const MelFilters::Slopes& slopes, const SpectrumBlock& power, MelBlock& mel) {
  const Frames d;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    auto rise_before = hn::Zero(d);
    for (std::size_t i = 0; i <= kNMels; ++i) {
      auto rise = hn::Zero(d), fall = hn::Zero(d);
      for (std::size_t bin = slopes.first_bin[i]; bin < slopes.first_bin[i + 1]; ++bin) {
        const auto p = hn::Load(d, power.rows[bin].data() + lane);
        rise = hn::MulAdd(hn::Set(d, slopes.rising[bin]), p, rise);
        fall = hn::MulAdd(hn::Set(d, slopes.falling[bin]), p, fall);
      }
      if (i > 0) hn::Store(hn::Add(rise_before, fall), d, mel.rows[i - 1].data() + lane);
      rise_before = rise;
    }
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(apply_mel);

// Slaney's Auditory Toolbox: linear up to 1000 Hz, logarithmic above.
constexpr double kHzPerMel = 200.0 / 3.0;
constexpr double kLogStartHz = 1000.0;
constexpr double kLogStartMel = kLogStartHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

}  // namespace

double hz_to_mel(double hz) {
  return hz < kLogStartHz ? hz / kHzPerMel : kLogStartMel + std::log(hz / kLogStartHz) / kLogStep;
}

double mel_to_hz(double mel) {
  return mel < kLogStartMel ? mel * kHzPerMel
                            : kLogStartHz * std::exp(kLogStep * (mel - kLogStartMel));
}

MelFilters::MelFilters() : slopes_{} {
  std::array<double, kNMels + 2> edges{};  // Hz, evenly spaced in mel
  const double max_mel = hz_to_mel(kSampleRate / 2.0);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges[i] = mel_to_hz(max_mel * static_cast<double>(i) / (kNMels + 1));
  }
  // librosa rounds slope and norm to float32 before it multiplies them. Slaney's norm gives all
  // triangles the same area.
  const auto norm = [&](std::size_t band) {
    return static_cast<float>(2.0 / (edges[band + 2] - edges[band]));
  };
  std::size_t bin = 0;
  for (std::size_t i = 0; i <= kNMels; ++i) {
    slopes_.first_bin[i] = bin;
    for (; bin < kNBins && (i == kNMels || fft_frequency(bin) < edges[i + 1]); ++bin) {
      const double width = edges[i + 1] - edges[i];
      const auto rise = static_cast<float>((fft_frequency(bin) - edges[i]) / width);
      const auto fall = static_cast<float>((edges[i + 1] - fft_frequency(bin)) / width);
      if (i < kNMels) slopes_.rising[bin] = rise * norm(i);
      if (i > 0) slopes_.falling[bin] = fall * norm(i - 1);
    }
  }
  slopes_.first_bin[kNMels + 1] = bin;
}

void MelFilters::apply(const SpectrumBlock& power, MelBlock& mel) const {
  HWY_DYNAMIC_DISPATCH(apply_mel)(slopes_, power, mel);
}

float MelFilters::weight(std::size_t band, std::size_t bin) const {
  const auto& first = slopes_.first_bin;
  if (bin >= first[band] && bin < first[band + 1]) return slopes_.rising[bin];
  if (bin >= first[band + 1] && bin < first[band + 2]) return slopes_.falling[bin];
  return 0.0F;
}

}  // namespace genre::features
#endif  // HWY_ONCE
