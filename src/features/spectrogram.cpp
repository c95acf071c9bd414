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

// rows: [kBlockFrames, stride]; stride is a multiple of 4 and at least n_bins. magnitude, power:
// [n_bins], written if wanted.
template <bool with_magnitude, bool with_power>
HWY_INLINE void transpose_to(const float* HWY_RESTRICT rows, std::size_t stride, std::size_t n_bins,
                             FrameValues* HWY_RESTRICT magnitude, FrameValues* HWY_RESTRICT power) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    for (std::size_t t = 0; t < kBlockFrames; ++t) {
      const float m = rows[t * stride + bin];
      if (with_magnitude) magnitude[bin][t] = m;
      if (with_power) power[bin][t] = m * m;
    }
  }
#else  // four by four
  const hn::FixedTag<float, 4> d;
  for (std::size_t bin = 0; bin < n_bins; bin += 4) {
    for (std::size_t t = 0; t < kBlockFrames; t += 4) {
      const float* row = rows + t * stride + bin;
      const auto a = hn::LoadU(d, row), b = hn::LoadU(d, row + stride);
      const auto c = hn::LoadU(d, row + 2 * stride), e = hn::LoadU(d, row + 3 * stride);
      const auto ab_lower = hn::InterleaveLower(d, a, b), ab_upper = hn::InterleaveUpper(d, a, b);
      const auto ce_lower = hn::InterleaveLower(d, c, e), ce_upper = hn::InterleaveUpper(d, c, e);
      const decltype(a) columns[] = {
          hn::ConcatLowerLower(d, ce_lower, ab_lower), hn::ConcatUpperUpper(d, ce_lower, ab_lower),
          hn::ConcatLowerLower(d, ce_upper, ab_upper), hn::ConcatUpperUpper(d, ce_upper, ab_upper)};
      for (std::size_t i = 0; i < std::min<std::size_t>(4, n_bins - bin); ++i) {
        if (with_magnitude) hn::Store(columns[i], d, magnitude[bin + i].data() + t);
        if (with_power) {
          hn::Store(hn::Mul(columns[i], columns[i]), d, power[bin + i].data() + t);
        }
      }
    }
  }
#endif
}

// magnitude, power: null if not wanted.
void transpose(const float* rows, std::size_t stride, std::size_t n_bins, FrameValues* magnitude,
               FrameValues* power) {
  if (power == nullptr) {
    transpose_to<true, false>(rows, stride, n_bins, magnitude, power);
  } else if (magnitude == nullptr) {
    transpose_to<false, true>(rows, stride, n_bins, magnitude, power);
  } else if (n_bins == kNBins) {
    // For the usual number of bins the compiler knows the lengths of the loops.
    transpose_to<true, true>(rows, (kNBins + 3) / 4 * 4, kNBins, magnitude, power);
  } else {
    transpose_to<true, true>(rows, stride, n_bins, magnitude, power);
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(transpose);

}  // namespace

Spectrogram::Spectrogram(const FftParameters& parameters, Precision precision)
    : fft_(parameters),
      precision_(precision),
      stride_((fft_.n_bins() + 3) / 4 * 4),
      edge_(fft_.frame_length()),
      rows_(kBlockFrames * stride_) {}

void Spectrogram::compute(const ClipFrames& frames, std::size_t first, std::size_t n,
                          std::span<FrameValues> magnitude, std::span<FrameValues> power) {
  for (std::size_t i = 0; i < kBlockFrames; ++i) {
    const auto row = std::span(rows_).subspan(i * stride_, fft_.n_bins());
    if (i >= n) {
      std::ranges::fill(row, 0.0F);
      continue;
    }
    const auto frame = frames.frame(first + i, edge_);
    switch (precision_) {
      case Precision::kSingle:
        fft_.fast_magnitudes(frame, row);
        break;
      case Precision::kAsNeeded:
        fft_.magnitudes(frame, row);
        break;
      case Precision::kDouble:
        fft_.exact_magnitudes(frame, row);
        break;
    }
  }
  HWY_DYNAMIC_DISPATCH(transpose)
  (rows_.data(), stride_, fft_.n_bins(), magnitude.empty() ? nullptr : magnitude.data(),
   power.empty() ? nullptr : power.data());
}

}  // namespace genre::features
#endif  // HWY_ONCE
