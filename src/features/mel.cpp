#include "features/mel.h"

#include <cmath>
#include <vector>

#include "features/cache.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/mel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

// power: [n_bins], mel: [n_mels].
void apply_mel(const std::size_t* HWY_RESTRICT first_bin, const float* HWY_RESTRICT rising,
               const float* HWY_RESTRICT falling, const FrameValues* HWY_RESTRICT power,
               FrameValues* HWY_RESTRICT mel, std::size_t n_mels) {
  const Frames d;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    auto rise_before = hn::Zero(d);
    for (std::size_t i = 0; i <= n_mels; ++i) {
      auto rise = hn::Zero(d), fall = hn::Zero(d);
      for (std::size_t bin = first_bin[i]; bin < first_bin[i + 1]; ++bin) {
        const auto p = hn::Load(d, power[bin].data() + lane);
        rise = hn::MulAdd(hn::Set(d, rising[bin]), p, rise);
        fall = hn::MulAdd(hn::Set(d, falling[bin]), p, fall);
      }
      if (i > 0) hn::Store(hn::Add(rise_before, fall), d, mel[i - 1].data() + lane);
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

constexpr double kHtkMelPerDecade = 2595.0, kHtkHz = 700.0;

}  // namespace

double hz_to_mel(double hz, MelScale scale) {
  if (scale == MelScale::kHtk) return kHtkMelPerDecade * std::log10(1.0 + hz / kHtkHz);
  return hz < kLogStartHz ? hz / kHzPerMel : kLogStartMel + std::log(hz / kLogStartHz) / kLogStep;
}

double mel_to_hz(double mel, MelScale scale) {
  if (scale == MelScale::kHtk) return kHtkHz * (std::pow(10.0, mel / kHtkMelPerDecade) - 1.0);
  return mel < kLogStartMel ? mel * kHzPerMel
                            : kLogStartHz * std::exp(kLogStep * (mel - kLogStartMel));
}

MelFilters::MelFilters(const MelParameters& parameters) {
  const std::size_t n_mels = parameters.n_mels, n_bins = 1 + parameters.n_fft / 2;
  const double min_mel = hz_to_mel(parameters.fmin, parameters.scale);
  const double max_mel = hz_to_mel(parameters.fmax, parameters.scale);
  // Edges are evenly spaced in mel. Slopes are straight lines on the axis in which places are
  // given: Hz or mel.
  const bool in_mel = parameters.slopes == MelSlopes::kMel;
  std::vector<double> edges_hz(n_mels + 2), edges(n_mels + 2), places(n_bins);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const double mel =
        min_mel + (max_mel - min_mel) * static_cast<double>(i) / static_cast<double>(n_mels + 1);
    edges_hz[i] = mel_to_hz(mel, parameters.scale);
    edges[i] = in_mel ? mel : edges_hz[i];
  }
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    const double hz =
        static_cast<double>(bin) * parameters.sr / static_cast<double>(parameters.n_fft);
    places[bin] = in_mel ? hz_to_mel(hz, parameters.scale) : hz;
  }
  // librosa rounds slope and norm to float32 before it multiplies them. Slaney's norm gives all
  // triangles the same area.
  const auto norm = [&](std::size_t band) {
    if (parameters.norm == MelNorm::kNone) return 1.0F;
    return static_cast<float>(2.0 / (edges_hz[band + 2] - edges_hz[band]));
  };
  slopes_ = {
      .first_bin = {}, .rising = std::vector<float>(n_bins), .falling = std::vector<float>(n_bins)};
  std::size_t bin = 0;
  while (bin < n_bins && places[bin] < edges[0]) ++bin;
  for (std::size_t i = 0; i <= n_mels; ++i) {
    slopes_.first_bin.push_back(bin);
    for (; bin < n_bins && places[bin] < edges[i + 1]; ++bin) {
      const double width = edges[i + 1] - edges[i];
      const auto rise = static_cast<float>((places[bin] - edges[i]) / width);
      const auto fall = static_cast<float>((edges[i + 1] - places[bin]) / width);
      if (i < n_mels) slopes_.rising[bin] = rise * norm(i);
      if (i > 0) slopes_.falling[bin] = fall * norm(i - 1);
    }
  }
  slopes_.first_bin.push_back(bin);
}

void MelFilters::apply(std::span<const FrameValues> power, std::span<FrameValues> mel) const {
  HWY_DYNAMIC_DISPATCH(apply_mel)
  (slopes_.first_bin.data(), slopes_.rising.data(), slopes_.falling.data(), power.data(),
   mel.data(), n_mels());
}

float MelFilters::weight(std::size_t band, std::size_t bin) const {
  const auto& first = slopes_.first_bin;
  if (bin >= first[band] && bin < first[band + 1]) return slopes_.rising[bin];
  if (bin >= first[band + 1] && bin < first[band + 2]) return slopes_.falling[bin];
  return 0.0F;
}

std::shared_ptr<const MelFilters> mel_filters(const MelParameters& parameters) {
  static Cache<MelParameters, MelFilters, 16> cache;
  return cache.get(parameters, [&] { return MelFilters(parameters); });
}

}  // namespace genre::features
#endif  // HWY_ONCE
