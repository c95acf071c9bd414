#include "features/spectral.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/spectral.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Frames = hn::CappedTag<float, kBlockFrames>;

constexpr std::size_t kPart = 32;  // bins per partial sum, to keep rounding errors small

// The frames [lane, lane + Lanes) of the block.
HWY_INLINE void shapes_of(const FrameValues* HWY_RESTRICT magnitude, std::size_t n_bins,
                          float roll_percent, std::size_t lane, SpectralShapes& shapes) {
  const Frames d;
  const auto load = [&](std::size_t bin)
                        HWY_ATTR { return hn::Load(d, magnitude[bin].data() + lane); };

  // running_sum adds bin after bin like numpy.cumsum: near the roll-off threshold, its rounding
  // decides between two bins.
  auto running_sum = hn::Zero(d), sum = hn::Zero(d), weighted = hn::Zero(d);
  for (std::size_t first = 0; first < n_bins; first += kPart) {
    auto part = hn::Zero(d), weighted_part = hn::Zero(d);
    for (std::size_t bin = first; bin < std::min(first + kPart, n_bins); ++bin) {
      const auto m = load(bin);
      running_sum = hn::Add(running_sum, m);
      part = hn::Add(part, m);
      weighted_part = hn::MulAdd(hn::Set(d, static_cast<float>(bin)), m, weighted_part);
    }
    sum = hn::Add(sum, part);
    weighted = hn::Add(weighted, weighted_part);
  }
  const auto one = hn::Set(d, 1.0F);
  const auto norm = hn::IfThenElse(hn::Lt(sum, hn::Set(d, kTiny)), one, sum);
  const auto centroid = hn::Div(weighted, norm);
  const auto threshold = hn::Mul(hn::Set(d, roll_percent), running_sum);

  running_sum = hn::Zero(d);
  auto rolloff = hn::Zero(d), variance = hn::Zero(d);
  for (std::size_t first = 0; first < n_bins; first += kPart) {
    auto part = hn::Zero(d);
    for (std::size_t bin = first; bin < std::min(first + kPart, n_bins); ++bin) {
      const auto m = load(bin);
      running_sum = hn::Add(running_sum, m);
      rolloff = hn::Add(rolloff, hn::IfThenElseZero(hn::Lt(running_sum, threshold), one));
      const auto deviation = hn::Sub(hn::Set(d, static_cast<float>(bin)), centroid);
      part = hn::MulAdd(hn::Mul(deviation, deviation), m, part);
    }
    variance = hn::Add(variance, part);
  }
  hn::StoreU(centroid, d, shapes.centroid.data() + lane);
  hn::StoreU(hn::Sqrt(hn::Div(variance, norm)), d, shapes.bandwidth.data() + lane);
  hn::StoreU(rolloff, d, shapes.rolloff.data() + lane);
}

void spectral_shapes(const FrameValues* magnitude, std::size_t n_bins, float roll_percent,
                     SpectralShapes& shapes) {
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(Frames())) {
    // For the usual number of bins the compiler knows the lengths of the loops.
    if (n_bins == kNBins) {
      shapes_of(magnitude, kNBins, roll_percent, lane, shapes);
    } else {
      shapes_of(magnitude, n_bins, roll_percent, lane, shapes);
    }
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(spectral_shapes);
}

SpectralShapes spectral_shapes(std::span<const FrameValues> magnitude, float roll_percent) {
  SpectralShapes shapes;
  HWY_DYNAMIC_DISPATCH(spectral_shapes)(magnitude.data(), magnitude.size(), roll_percent, shapes);
  return shapes;
}

}  // namespace genre::features
#endif  // HWY_ONCE
