#include "features/modulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/modulation.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// out = the sum of weights[k] rows[k].
void weighted_sum(const float* HWY_RESTRICT weights, const FrameRow* HWY_RESTRICT rows,
                  std::size_t n, FrameRow& HWY_RESTRICT out) {
  const hn::CappedTag<float, 16> d;
  for (std::size_t lane = 0; lane < kFrameStride; lane += 3 * hn::Lanes(d)) {
    const std::size_t second = lane + hn::Lanes(d), third = second + hn::Lanes(d);
    auto a = hn::Zero(d), b = hn::Zero(d), c = hn::Zero(d);
    for (std::size_t k = 0; k < n; ++k) {
      const auto weight = hn::Set(d, weights[k]);
      a = hn::MulAdd(weight, hn::LoadU(d, rows[k].data() + lane), a);
      b = hn::MulAdd(weight, hn::LoadU(d, rows[k].data() + second), b);
      c = hn::MulAdd(weight, hn::LoadU(d, rows[k].data() + third), c);
    }
    hn::StoreU(a, d, out.data() + lane);
    hn::StoreU(b, d, out.data() + second);
    hn::StoreU(c, d, out.data() + third);
  }
}

void banded_product(const BandedRow* a, std::size_t n_rows, const FrameRow* b, FrameRow* out) {
  for (std::size_t i = 0; i < n_rows; ++i) {
    weighted_sum(a[i].values.data(), b + a[i].first, a[i].values.size(), out[i]);
  }
}

void dense_product(const FrameRow* a, std::size_t n_rows, const FrameRow* b, FrameRow* out) {
  for (std::size_t i = 0; i < n_rows; ++i) weighted_sum(a[i].data(), b, kTextureFrames, out[i]);
}

}  // namespace genre::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre {
namespace {

HWY_EXPORT(banded_product);
HWY_EXPORT(dense_product);

using Complex = std::complex<double>;

// In cycles a frame (77.5 ms): 0.5, 1.2, 2.5 and 4.9 Hz; and cycles a mel band.
constexpr std::array<double, 4> kRates = {0.04, 0.09, 0.19, 0.38};
struct Scale {
  double frequency;
  std::size_t positions;  // at which the filter is evaluated, evenly along the bands
};
constexpr std::array<Scale, 4> kScales = {
    {{1.0 / 64, 16}, {1.0 / 32, 16}, {1.0 / 16, 32}, {1.0 / 8, 64}}};
constexpr std::size_t kRegions = 8;   // of the mel axis, over which magnitudes are averaged
constexpr double kBandwidth = 0.45;   // a filter's deviation, in its periods
constexpr double kSmoothTime = 1.0;   // deviation in frames where there is no rate
constexpr double kSmoothBands = 3.0;  // deviation in bands where there is no scale
constexpr std::size_t kSmoothPositions = 32;
constexpr double kSmallest = 0.01;  // added to a magnitude before its logarithm
constexpr std::size_t kFilters =
    kRates.size() + kScales.size() + 2 * kRates.size() * kScales.size();

// A Gabor filter without its mean, [2 n + 1] with n the 2.5 deviations that are kept; for
// frequency 0 a Gaussian.
std::vector<Complex> gabor(double frequency, double deviation, std::size_t longest) {
  const auto n = std::min(static_cast<std::size_t>(std::ceil(2.5 * deviation)), longest);
  std::vector<double> gaussian(2 * n + 1);
  double sum = 0;
  for (std::size_t i = 0; i < gaussian.size(); ++i) {
    const double k = static_cast<double>(i) - static_cast<double>(n);
    gaussian[i] = std::exp(-k * k / (2 * deviation * deviation));
    sum += gaussian[i];
  }
  std::vector<Complex> filter(gaussian.size());
  Complex mean = 0;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    const double k = static_cast<double>(i) - static_cast<double>(n);
    gaussian[i] /= sum;
    filter[i] = gaussian[i] * std::polar(1.0, 2 * std::numbers::pi * frequency * k);
    mean += filter[i];
  }
  if (frequency == 0) return filter;
  for (std::size_t i = 0; i < filter.size(); ++i) filter[i] -= gaussian[i] * mean;
  return filter;
}

// Where a filter centred on `centre` meets sample i of an axis whose ends are repeated.
std::size_t clamped(std::size_t centre, std::size_t i, std::size_t n, std::size_t size) {
  const std::size_t at = centre + i;
  return at < n ? 0 : std::min(at - n, size - 1);
}

// A filter along the frames as the right side of a product: [frames in][frames out].
struct TimeFilter {
  std::array<FrameRow, kTextureFrames> real{}, imag{};

  TimeFilter(double rate, double deviation) {
    const auto filter = gabor(rate, deviation, kTextureFrames - 1);
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      for (std::size_t i = 0; i < filter.size(); ++i) {
        const std::size_t from = clamped(t, i, filter.size() / 2, kTextureFrames);
        real[from][t] += static_cast<float>(filter[i].real());
        imag[from][t] += static_cast<float>(filter[i].imag());
      }
    }
  }
};

// A filter along the bands, evaluated at some positions, as the left side of a product.
struct BandFilter {
  std::vector<BandedRow> real, imag;

  BandFilter(double scale, double deviation, std::size_t positions) {
    const auto filter = gabor(scale, deviation, kNMels);
    const std::size_t step = kNMels / positions, n = filter.size() / 2;
    for (std::size_t position = 0; position < positions; ++position) {
      const std::size_t centre = position * step + step / 2;
      const std::size_t first = clamped(centre, 0, n, kNMels);
      const std::size_t last = clamped(centre, filter.size() - 1, n, kNMels);
      BandedRow re{first, std::vector<float>(last - first + 1)}, im = re;
      for (std::size_t i = 0; i < filter.size(); ++i) {
        const std::size_t k = clamped(centre, i, n, kNMels) - first;
        re.values[k] += static_cast<float>(filter[i].real());
        im.values[k] += static_cast<float>(filter[i].imag());
      }
      real.push_back(std::move(re));
      imag.push_back(std::move(im));
    }
  }
};

struct Filters {
  std::vector<TimeFilter> rates;
  std::vector<BandFilter> scales;
  TimeFilter smooth_time{0, kSmoothTime};
  BandFilter smooth_bands{0, kSmoothBands, kSmoothPositions};

  Filters() {
    for (const double rate : kRates) rates.emplace_back(rate, kBandwidth / rate);
    for (const Scale& scale : kScales) {
      scales.emplace_back(scale.frequency, kBandwidth / scale.frequency, scale.positions);
    }
  }
};

const Filters& filters() {
  static const Filters all;
  return all;
}

// Magnitudes hypot(re, im) of n rows, averaged over the rows of each region; then the logarithms of
// their means over time, and of their standard deviations. Returns what is left of features.
template <class Re, class Im>
std::span<float> summarise(std::size_t n_rows, Re re, Im im, std::span<float> features) {
  const std::size_t rows_per_region = n_rows / kRegions;
  for (std::size_t region = 0; region < kRegions; ++region) {
    std::array<float, kTextureFrames> magnitude{};
    for (std::size_t r = 0; r < rows_per_region; ++r) {
      const std::size_t row = region * rows_per_region + r;
      for (std::size_t t = 0; t < kTextureFrames; ++t) {
        const float x = re(row, t), y = im(row, t);
        magnitude[t] += std::sqrt(x * x + y * y);
      }
    }
    float mean = 0;
    for (float& m : magnitude) mean += m /= static_cast<float>(rows_per_region);
    mean /= kTextureFrames;
    float variance = 0;
    for (const float m : magnitude) variance += (m - mean) * (m - mean);
    variance /= kTextureFrames;
    features[region] = std::log(mean + static_cast<float>(kSmallest));
    features[kRegions + region] = std::log(std::sqrt(variance) + static_cast<float>(kSmallest));
  }
  return features.subspan(2 * kRegions);
}

}  // namespace

void banded_product(std::span<const BandedRow> a, std::span<const FrameRow> b,
                    std::span<FrameRow> out) {
  HWY_DYNAMIC_DISPATCH(banded_product)(a.data(), a.size(), b.data(), out.data());
}

void dense_product(std::span<const FrameRow> a, std::span<const FrameRow, kTextureFrames> b,
                   std::span<FrameRow> out) {
  HWY_DYNAMIC_DISPATCH(dense_product)(a.data(), a.size(), b.data(), out.data());
}

ModulationBank::ModulationBank() : smooth_(kNMels), real_(kNMels), imag_(kNMels) {
  for (auto& product : products_) product.resize(kNMels);
}

void ModulationBank::compute(std::span<const FrameRow, kNMels> log_mel, std::span<float> features) {
  auto& [re_re, im_im, re_im, im_re] = products_;
  for (const TimeFilter& rate : filters().rates) {
    dense_product(log_mel, rate.real, real_);
    dense_product(log_mel, rate.imag, imag_);
    banded_product(filters().smooth_bands.real, real_, re_re);
    banded_product(filters().smooth_bands.real, imag_, re_im);
    features = summarise(
        kSmoothPositions, [&](auto i, auto t) { return re_re[i][t]; },
        [&](auto i, auto t) { return re_im[i][t]; }, features);
    for (const BandFilter& scale : filters().scales) {
      banded_product(scale.real, real_, re_re);
      banded_product(scale.imag, imag_, im_im);
      banded_product(scale.real, imag_, re_im);
      banded_product(scale.imag, real_, im_re);
      // scale times rate, and the conjugate of scale times rate: the two directions.
      features = summarise(
          scale.real.size(), [&](auto i, auto t) { return re_re[i][t] - im_im[i][t]; },
          [&](auto i, auto t) { return re_im[i][t] + im_re[i][t]; }, features);
      features = summarise(
          scale.real.size(), [&](auto i, auto t) { return re_re[i][t] + im_im[i][t]; },
          [&](auto i, auto t) { return re_im[i][t] - im_re[i][t]; }, features);
    }
  }
  dense_product(log_mel, filters().smooth_time.real, smooth_);
  for (const BandFilter& scale : filters().scales) {
    banded_product(scale.real, smooth_, re_re);
    banded_product(scale.imag, smooth_, im_re);
    features = summarise(
        scale.real.size(), [&](auto i, auto t) { return re_re[i][t]; },
        [&](auto i, auto t) { return im_re[i][t]; }, features);
  }
}

std::vector<std::string> modulation_names() {
  std::vector<std::string> names;
  const auto add = [&](const std::string& filter) {
    for (const char* statistic : {"mean", "std"}) {
      for (std::size_t region = 1; region <= kRegions; ++region) {
        names.push_back(fmt::format("modulation_{}_{}_{}", filter, statistic, region));
      }
    }
  };
  for (std::size_t rate = 1; rate <= kRates.size(); ++rate) {
    add(fmt::format("rate{}", rate));
    for (std::size_t scale = 1; scale <= kScales.size(); ++scale) {
      add(fmt::format("rate{}_scale{}_up", rate, scale));
      add(fmt::format("rate{}_scale{}_down", rate, scale));
    }
  }
  for (std::size_t scale = 1; scale <= kScales.size(); ++scale) add(fmt::format("scale{}", scale));
  return names;
}

}  // namespace genre
#endif  // HWY_ONCE
