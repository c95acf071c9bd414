#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "features/kernels.h"
#include "features/moments.h"
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
  const auto n_bins = static_cast<double>(spectra.n_bins());
  std::vector<FrameValues> values(spectra.n_bins());
  const std::span all(values.front().data(), values.size() * kBlockFrames);
  spectra.for_each_block([&](const SpectraBlock& block) {
    std::ranges::copy(power == 2 ? block.power : block.magnitude, values.begin());
    if (power != 1 && power != 2) {
      for (float& value : all) value = std::pow(value, exponent);
    }
    features::raise_to(all, floor);
    const auto sums = features::spectral_moments(values).sum;
    features::scaled_log(all, {.gain = 1, .offset = 0, .floor = floor, .factor = 1, .bias = 0});
    const auto log_sums = features::spectral_moments(values).sum;
    for (std::size_t t = 0; t < block.n; ++t) {
      result.values[block.first + t] =
          static_cast<float>(std::exp(log_sums[t] / n_bins) / (sums[t] / n_bins));
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
      .and_then([&] { return magnitudes_of(S, {}); })
      .map([&](const GivenSpectra& spectra) { return flatness(spectra, amin, power); });
}

}  // namespace genre::librosa
