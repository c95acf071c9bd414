#include <fmt/format.h>

#include <cmath>

#include "features/kernels.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

Result<void> check_flatness(double amin, double power) {
  if (!(amin > 0)) return require(false, fmt::format("amin is {}; it must be above 0", amin));
  return require(std::isfinite(power) && power > 0,
                 fmt::format("power is {}; it must be a finite number above 0", power));
}

template <class Spectra>
Matrix<float> flatness(const Spectra& spectra, double amin, double power) {
  Matrix<float> result(1, spectra.n_frames());
  const auto floor = static_cast<float>(amin), exponent = static_cast<float>(power);
  std::vector<float> logs;
  spectra.for_each_block([&](const SpectraBlock& block) {
    const std::size_t n_bins = block.magnitude.size();
    std::array<double, kBlockFrames> sums{}, log_sums{};
    logs.resize(n_bins * kBlockFrames);
    for (std::size_t bin = 0; bin < n_bins; ++bin) {
      for (std::size_t t = 0; t < kBlockFrames; ++t) {
        const float value = power == 2   ? block.power[bin][t]
                            : power == 1 ? block.magnitude[bin][t]
                                         : std::pow(block.magnitude[bin][t], exponent);
        logs[bin * kBlockFrames + t] = std::max(value, floor);
        sums[t] += logs[bin * kBlockFrames + t];
      }
    }
    features::scaled_log(logs, {.gain = 1, .offset = 0, .floor = floor, .factor = 1, .bias = 0});
    for (std::size_t i = 0; i < logs.size(); ++i) log_sums[i % kBlockFrames] += logs[i];
    for (std::size_t t = 0; t < block.n; ++t) {
      const auto n = static_cast<double>(n_bins);
      result.values[block.first + t] =
          static_cast<float>(std::exp(log_sums[t] / n) / (sums[t] / n));
    }
  });
  return result;
}

}  // namespace

Result<Matrix<float>> spectral_flatness(std::span<const float> y, const StftOptions& options,
                                        double amin, double power) {
  return check_flatness(amin, power)
      .and_then([&] { return spectra_of(y, options); })
      .map([&](const ClipSpectra& spectra) { return flatness(spectra, amin, power); });
}

Result<Matrix<float>> spectral_flatness(const Matrix<float>& S, double amin, double power) {
  return check_flatness(amin, power)
      .and_then([&] { return check_magnitudes(S); })
      .and_then([&] { return spectra_of(S, {}); })
      .map([&](const GivenSpectra& spectra) { return flatness(spectra, amin, power); });
}

}  // namespace genre::librosa
