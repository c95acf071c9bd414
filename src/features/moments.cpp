#include "features/moments.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/moments.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void spectral_moments(const FrameValues* HWY_RESTRICT magnitude, std::size_t n_bins,
                      SpectralMoments& moments) {
  const hn::CappedTag<double, 8> d;
  const hn::Rebind<float, decltype(d)> df;
  for (std::size_t lane = 0; lane < kBlockFrames; lane += hn::Lanes(d)) {
    auto sum = hn::Zero(d), first = hn::Zero(d), second = hn::Zero(d);
    for (std::size_t bin = 0; bin < n_bins; ++bin) {
      const auto place = hn::Set(d, static_cast<double>(bin));
      const auto m = hn::PromoteTo(d, hn::LoadU(df, magnitude[bin].data() + lane));
      const auto weighted = hn::Mul(place, m);
      sum = hn::Add(sum, m);
      first = hn::Add(first, weighted);
      second = hn::MulAdd(place, weighted, second);
    }
    hn::Store(sum, d, moments.sum.data() + lane);
    hn::Store(first, d, moments.first.data() + lane);
    hn::Store(second, d, moments.second.data() + lane);
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {
HWY_EXPORT(spectral_moments);
}

SpectralMoments spectral_moments(std::span<const FrameValues> magnitude) {
  SpectralMoments moments;
  HWY_DYNAMIC_DISPATCH(spectral_moments)(magnitude.data(), magnitude.size(), moments);
  return moments;
}

}  // namespace genre::features
#endif  // HWY_ONCE
