#include "features/spectral.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace genre {
namespace {

constexpr float kRollPercent = 0.85F;

// In float32 and in order, as numpy.cumsum does it: near the threshold the rounding of the running
// sum decides between two bins.
double rolloff(std::span<const float, kNBins> magnitude) {
  std::array<float, kNBins> total{};
  float sum = 0;
  for (std::size_t bin = 0; bin < kNBins; ++bin) total[bin] = sum += magnitude[bin];
  const float threshold = kRollPercent * sum;
  const auto bin = std::ranges::lower_bound(total, threshold) - total.begin();
  return fft_frequency(static_cast<std::size_t>(bin));
}

}  // namespace

SpectralShape spectral_shape(std::span<const float, kNBins> magnitude) {
  double sum = 0, weighted = 0;  // weighted by the bin's number
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    sum += magnitude[bin];
    weighted += static_cast<double>(bin) * magnitude[bin];
  }
  const double norm = sum < kTiny ? 1.0 : sum;
  const double centroid = weighted / norm;
  double variance = 0;
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    const double deviation = static_cast<double>(bin) - centroid;
    variance += magnitude[bin] * deviation * deviation;
  }
  return {.centroid = centroid * fft_frequency(1),
          .bandwidth = std::sqrt(variance / norm) * fft_frequency(1),
          .rolloff = rolloff(magnitude)};
}

}  // namespace genre
