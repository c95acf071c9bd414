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
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// out = sum over k of weights[k] rows[k].
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

// sums = sum over the rows of hypot(re, im).
void sum_magnitudes(const FrameRow* HWY_RESTRICT re, const FrameRow* HWY_RESTRICT im, std::size_t n,
                    FrameRow& HWY_RESTRICT sums) {
  const hn::CappedTag<float, 16> d;
  for (std::size_t lane = 0; lane < kFrameStride; lane += hn::Lanes(d)) {
    auto sum = hn::Zero(d);
    for (std::size_t k = 0; k < n; ++k) {
      const auto x = hn::LoadU(d, re[k].data() + lane), y = hn::LoadU(d, im[k].data() + lane);
      sum = hn::Add(sum, hn::Sqrt(hn::MulAdd(x, x, hn::Mul(y, y))));
    }
    hn::StoreU(sum, d, sums.data() + lane);
  }
}

// x, y = x - y, x + y.
void subtract_and_add(FrameRow* HWY_RESTRICT x, FrameRow* HWY_RESTRICT y, std::size_t n) {
  const hn::CappedTag<float, 16> d;
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t lane = 0; lane < kFrameStride; lane += hn::Lanes(d)) {
      const auto a = hn::LoadU(d, x[k].data() + lane), b = hn::LoadU(d, y[k].data() + lane);
      hn::StoreU(hn::Sub(a, b), d, x[k].data() + lane);
      hn::StoreU(hn::Add(a, b), d, y[k].data() + lane);
    }
  }
}

// Mean and standard deviation over the frames of a row.
void moments(const FrameRow& row, float& mean, float& deviation) {
  const hn::CappedTag<float, 16> d;
  auto sum = hn::Zero(d), squares = hn::Zero(d);
  for (std::size_t lane = 0; lane < kFrameStride; lane += hn::Lanes(d)) {
    sum = hn::Add(sum, hn::LoadU(d, row.data() + lane));
  }
  mean = hn::GetLane(hn::SumOfLanes(d, sum)) / kTextureFrames;
  for (std::size_t lane = 0; lane < kTextureFrames; lane += hn::Lanes(d)) {
    const auto difference = hn::Sub(hn::LoadU(d, row.data() + lane), hn::Set(d, mean));
    const auto inside = hn::IfThenElseZero(hn::FirstN(d, kTextureFrames - lane), difference);
    squares = hn::MulAdd(inside, inside, squares);
  }
  deviation = std::sqrt(hn::GetLane(hn::SumOfLanes(d, squares)) / kTextureFrames);
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(banded_product);
HWY_EXPORT(dense_product);
HWY_EXPORT(sum_magnitudes);
HWY_EXPORT(subtract_and_add);
HWY_EXPORT(moments);

using Complex = std::complex<double>;

// Rates in cycles per frame (77.5 ms): 0.5, 1.2, 2.5 and 4.9 Hz. Scales in cycles per mel band.
constexpr std::array<double, 4> kRates = {0.04, 0.09, 0.19, 0.38};
struct Scale {
  double frequency;
  std::size_t positions;  // number of positions, evenly spaced along the bands
};
constexpr std::array<Scale, 5> kScales = {
    {{1.0 / 64, 16}, {1.0 / 32, 16}, {1.0 / 16, 32}, {1.0 / 8, 64}, {1.0 / 5, 64}}};
constexpr std::size_t kRegions = 8;   // of the mel axis; magnitudes are averaged in each
constexpr double kBandwidth = 0.45;   // standard deviation of a filter, in periods
constexpr double kSmoothTime = 1.0;   // deviation in frames of filters without a rate
constexpr double kSmoothBands = 3.0;  // deviation in bands of filters without a scale
constexpr std::size_t kSmoothPositions = 32;
constexpr double kSmallest = 0.01;  // added to a magnitude before its logarithm

// A Gabor filter with its mean removed, truncated at n = 2.5 deviations: [2 n + 1]. A Gaussian for
// frequency 0.
std::vector<Complex> gabor(double frequency, double deviation) {
  const auto n = static_cast<std::size_t>(std::ceil(2.5 * deviation));
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

// The index on the axis for element i of a filter centred on `centre`. Beyond its ends, the axis
// repeats its first and last element.
std::size_t clamped(std::size_t centre, std::size_t i, std::size_t n, std::size_t size) {
  const std::size_t at = centre + i;
  return at < n ? 0 : std::min(at - n, size - 1);
}

// A filter along time, as the right operand of a product: [frames in][frames out].
struct TimeFilter {
  std::array<FrameRow, kTextureFrames> real{}, imag{};

  TimeFilter(double rate, double deviation) {
    const auto filter = gabor(rate, deviation);
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      for (std::size_t i = 0; i < filter.size(); ++i) {
        const std::size_t from = clamped(t, i, filter.size() / 2, kTextureFrames);
        real[from][t] += static_cast<float>(filter[i].real());
        imag[from][t] += static_cast<float>(filter[i].imag());
      }
    }
  }
};

// A filter along the bands, evaluated at some positions, as the left operand of a product.
struct BandFilter {
  std::vector<BandedRow> real, imag;

  BandFilter(double scale, double deviation, std::size_t positions) {
    const auto filter = gabor(scale, deviation);
    const std::size_t step = kNMels / positions, n = filter.size() / 2;
    for (std::size_t position = 0; position < positions; ++position) {
      const std::size_t centre = position * step + step / 2;
      const std::size_t first = clamped(centre, 0, n, kNMels);
      const std::size_t last = clamped(centre, filter.size() - 1, n, kNMels);
      BandedRow re{first, std::vector<float>(last - first + 1)};
      BandedRow im = re;
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

// Averages the magnitudes hypot(re, im) over the rows of each region. Writes the logarithms of
// their means and standard deviations over time to features, and returns the rest of features.
std::span<float> summarise(const std::vector<FrameRow>& re, const std::vector<FrameRow>& im,
                           std::size_t n_rows, std::span<float> features) {
  const std::size_t n = n_rows / kRegions;
  for (std::size_t region = 0; region < kRegions; ++region) {
    FrameRow sums;
    float mean = 0, deviation = 0;
    HWY_DYNAMIC_DISPATCH(sum_magnitudes)(&re[region * n], &im[region * n], n, sums);
    HWY_DYNAMIC_DISPATCH(moments)(sums, mean, deviation);
    const auto logarithm = [&](float sum) {
      return std::log(sum / static_cast<float>(n) + static_cast<float>(kSmallest));
    };
    features[region] = logarithm(mean);
    features[kRegions + region] = logarithm(deviation);
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
    features = summarise(re_re, re_im, kSmoothPositions, features);
    for (const BandFilter& scale : filters().scales) {
      banded_product(scale.real, real_, re_re);
      banded_product(scale.imag, imag_, im_im);
      banded_product(scale.real, imag_, re_im);
      banded_product(scale.imag, real_, im_re);
      // scale times rate responds to falling patterns, conj(scale) times rate to rising ones.
      const std::size_t n = scale.real.size();
      HWY_DYNAMIC_DISPATCH(subtract_and_add)(re_re.data(), im_im.data(), n);
      HWY_DYNAMIC_DISPATCH(subtract_and_add)(re_im.data(), im_re.data(), n);
      features = summarise(re_re, im_re, n, features);
      features = summarise(im_im, re_im, n, features);
    }
  }
  dense_product(log_mel, filters().smooth_time.real, smooth_);
  for (const BandFilter& scale : filters().scales) {
    banded_product(scale.real, smooth_, re_re);
    banded_product(scale.imag, smooth_, im_re);
    features = summarise(re_re, im_re, scale.real.size(), features);
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
      add(fmt::format("rate{}_scale{}_down", rate, scale));
      add(fmt::format("rate{}_scale{}_up", rate, scale));
    }
  }
  for (std::size_t scale = 1; scale <= kScales.size(); ++scale) add(fmt::format("scale{}", scale));
  return names;
}

}  // namespace genre::features
#endif  // HWY_ONCE
