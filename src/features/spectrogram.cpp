#include "features/spectrogram.h"

#include <algorithm>
#include <span>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/spectrogram.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// rows: [kBlockFrames, stride]; stride is a multiple of 4 and at least n_bins.
#if HWY_TARGET == HWY_SCALAR
void transpose(const float* HWY_RESTRICT rows, std::size_t stride,
               SpectrumBlock& HWY_RESTRICT magnitude, SpectrumBlock& HWY_RESTRICT power) {
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    for (std::size_t t = 0; t < kBlockFrames; ++t) {
      const float m = rows[t * stride + bin];
      magnitude.rows[bin][t] = m;
      power.rows[bin][t] = m * m;
    }
  }
}
#else  // four by four
void transpose(const float* HWY_RESTRICT rows, std::size_t stride,
               SpectrumBlock& HWY_RESTRICT magnitude, SpectrumBlock& HWY_RESTRICT power) {
  const hn::FixedTag<float, 4> d;
  for (std::size_t bin = 0; bin < kNBins; bin += 4) {
    for (std::size_t t = 0; t < kBlockFrames; t += 4) {
      const float* row = rows + t * stride + bin;
      const auto a = hn::LoadU(d, row), b = hn::LoadU(d, row + stride);
      const auto c = hn::LoadU(d, row + 2 * stride), e = hn::LoadU(d, row + 3 * stride);
      const auto ab_lower = hn::InterleaveLower(d, a, b), ab_upper = hn::InterleaveUpper(d, a, b);
      const auto ce_lower = hn::InterleaveLower(d, c, e), ce_upper = hn::InterleaveUpper(d, c, e);
      const decltype(a) columns[] = {
          hn::ConcatLowerLower(d, ce_lower, ab_lower), hn::ConcatUpperUpper(d, ce_lower, ab_lower),
          hn::ConcatLowerLower(d, ce_upper, ab_upper), hn::ConcatUpperUpper(d, ce_upper, ab_upper)};
      for (std::size_t i = 0; i < std::min<std::size_t>(4, kNBins - bin); ++i) {
        hn::Store(columns[i], d, magnitude.rows[bin + i].data() + t);
        hn::Store(hn::Mul(columns[i], columns[i]), d, power.rows[bin + i].data() + t);
      }
    }
  }
}
#endif

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(transpose);

constexpr std::size_t kRowStride = (kNBins + 3) / 4 * 4;

}  // namespace

Spectrogram::Spectrogram() : edge_(kNFft), rows_(kBlockFrames * kRowStride) {}

void Spectrogram::compute(const ClipFrames& frames, std::size_t first, std::size_t n,
                          SpectrumBlock& magnitude, SpectrumBlock& power) {
  for (std::size_t i = 0; i < kBlockFrames; ++i) {
    const std::span<float, kNBins> row(rows_.data() + i * kRowStride, kNBins);
    if (i < n) {
      fft_.magnitudes(frames.frame(first + i, std::span<float, kNFft>(edge_)), row);
    } else {
      std::ranges::fill(row, 0.0F);
    }
  }
  HWY_DYNAMIC_DISPATCH(transpose)(rows_.data(), kRowStride, magnitude, power);
}

}  // namespace genre::features
#endif  // HWY_ONCE
