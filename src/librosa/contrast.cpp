#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "features/compression.h"
#include "features/extremes.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

// A band is the bins [first, end), of which the n_quantile lowest and highest are its valley and
// its peak.
struct Band {
  std::size_t first, end, n_quantile;
};

// Each band has one bin below its lower edge, and all but the last lose their last bin.
Result<std::vector<Band>> bands_of(int sr, std::size_t n_fft, const ContrastOptions& contrast) {
  const std::size_t n_bins = 1 + n_fft / 2;
  const auto hz = [&](std::size_t bin) {
    return static_cast<double>(bin) * sr / static_cast<double>(n_fft);
  };
  std::vector<Band> bands;
  for (std::size_t k = 0; k <= contrast.n_bands; ++k) {
    const double low = k == 0 ? 0 : contrast.fmin * std::exp2(k - 1);
    const double high = contrast.fmin * std::exp2(k);
    if (low >= 0.5 * sr) {
      return fail(ErrorCode::kBadParameter,
                  fmt::format("band {} starts at {} Hz, which is not below sr / 2; reduce fmin or "
                              "n_bands",
                              k + 1, low));
    }
    std::size_t first = 0;
    while (first < n_bins && hz(first) < low) ++first;
    std::size_t end = first;
    while (end < n_bins && hz(end) <= high) ++end;
    if (first == end) {
      return fail(ErrorCode::kBadParameter,
                  fmt::format("band {} from {} to {} Hz has no bin; increase n_fft or fmin", k + 1,
                              low, high));
    }
    if (k > 0) --first;
    if (k == contrast.n_bands) end = n_bins;
    const auto size = static_cast<double>(end - first);
    const auto n_quantile = static_cast<std::size_t>(
        std::max(1.0, std::nearbyint(contrast.quantile * size)));  // numpy.rint
    if (k < contrast.n_bands) --end;
    if (first == end) {
      return fail(ErrorCode::kBadParameter,
                  fmt::format("band {} from {} to {} Hz has one bin; increase n_fft or fmin", k + 1,
                              low, high));
    }
    bands.push_back({first, end, std::min(n_quantile, end - first)});
  }
  return bands;
}

// The means of the lowest and the highest values of a band: its valley and its peak.
class Quantiles {
 public:
  explicit Quantiles(std::size_t n) : lowest_(n), highest_(n) {}

  // rows: of a band, at least n.
  void find(std::span<const FrameValues> rows, std::size_t n_frames) {
    if (lowest_.size() <= kMaxInserted) {
      features::find_extremes(rows, lowest_, highest_);
    } else {
      select(rows, n_frames);
    }
  }

  [[nodiscard]] FrameValues valley() const { return mean_of(lowest_); }
  [[nodiscard]] FrameValues peak() const { return mean_of(highest_); }

 private:
  // find_extremes takes longer than a selection for more values.
  static constexpr std::size_t kMaxInserted = 32;

  void select(std::span<const FrameValues> rows, std::size_t n_frames) {
    const auto n = static_cast<std::ptrdiff_t>(lowest_.size());
    for (std::size_t t = 0; t < n_frames; ++t) {
      values_.resize(rows.size());
      std::ranges::transform(rows, values_.begin(), [t](const FrameValues& row) { return row[t]; });
      std::ranges::nth_element(values_, values_.begin() + n - 1);
      for (std::size_t i = 0; i < lowest_.size(); ++i) lowest_[i][t] = values_[i];
      std::ranges::nth_element(values_, values_.end() - n);
      for (std::size_t i = 0; i < highest_.size(); ++i) {
        highest_[i][t] = values_[values_.size() - 1 - i];
      }
    }
  }

  static FrameValues mean_of(std::span<const FrameValues> rows) {
    std::array<double, kBlockFrames> sums{};
    for (const FrameValues& row : rows) {
      for (std::size_t t = 0; t < kBlockFrames; ++t) sums[t] += row[t];
    }
    FrameValues means;
    for (std::size_t t = 0; t < kBlockFrames; ++t) {
      means[t] = static_cast<float>(sums[t] / static_cast<double>(rows.size()));
    }
    return means;
  }

  std::vector<FrameValues> lowest_, highest_;  // [n]
  std::vector<float> values_;                  // of a frame
};

Result<void> check_contrast(const ContrastOptions& contrast) {
  if (contrast.n_bands == 0) return require(false, "n_bands is 0; it must be 1 or more");
  if (!(contrast.quantile > 0 && contrast.quantile < 1)) {
    return require(false,
                   fmt::format("quantile is {}; it must be between 0 and 1", contrast.quantile));
  }
  return require(contrast.fmin > 0, fmt::format("fmin is {}; it must be above 0", contrast.fmin));
}

template <class Spectra>
Matrix<float> contrast_of(const Spectra& spectra, const std::vector<Band>& bands, bool linear) {
  Matrix<float> peak(bands.size(), spectra.n_frames());
  Matrix<float> valley(peak.n_rows, peak.n_columns);
  std::vector<Quantiles> quantiles;
  for (const Band& band : bands) quantiles.emplace_back(band.n_quantile);
  spectra.for_each_block([&](const SpectraBlock& block) {
    for (std::size_t k = 0; k < bands.size(); ++k) {
      const auto& [first, end, n] = bands[k];
      quantiles[k].find(block.magnitude.subspan(first, end - first), block.n);
      copy_to(valley.row(k), block, quantiles[k].valley());
      copy_to(peak.row(k), block, quantiles[k].peak());
    }
  });
  if (!linear) {
    features::power_to_db(peak.values, 1.0, 1e-10, 80.0);
    features::power_to_db(valley.values, 1.0, 1e-10, 80.0);
  }
  for (std::size_t i = 0; i < peak.values.size(); ++i) peak.values[i] -= valley.values[i];
  return peak;
}

template <class Input>
Result<Matrix<float>> contrast_with(const Input& input, const SpectralOptions& options,
                                    const ContrastOptions& contrast) {
  return check_contrast(contrast)
      .and_then([&] { return check_sr(options.sr); })
      .and_then([&] { return spectra_of(input, options.stft); })
      .and_then([&](const auto& spectra) {
        return bands_of(options.sr, spectra.n_fft(), contrast)
            .map([&](const std::vector<Band>& bands) {
              return contrast_of(spectra, bands, contrast.linear);
            });
      });
}

}  // namespace

Result<Matrix<float>> spectral_contrast(std::span<const float> y, const SpectralOptions& options,
                                        const ContrastOptions& contrast) {
  return contrast_with(y, options, contrast);
}
Result<Matrix<float>> spectral_contrast(const Matrix<float>& S, const SpectralOptions& options,
                                        const ContrastOptions& contrast) {
  return contrast_with(S, options, contrast);
}

}  // namespace genre::librosa
