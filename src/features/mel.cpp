#include "features/mel.h"

#include <algorithm>
#include <cmath>

namespace genre {
namespace {

// Slaney's Auditory Toolbox: linear up to 1000 Hz, logarithmic above.
constexpr double kHzPerMel = 200.0 / 3.0;
constexpr double kLogStartHz = 1000.0;
constexpr double kLogStartMel = kLogStartHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

}  // namespace

double hz_to_mel(double hz) {
  return hz < kLogStartHz ? hz / kHzPerMel : kLogStartMel + std::log(hz / kLogStartHz) / kLogStep;
}

double mel_to_hz(double mel) {
  return mel < kLogStartMel ? mel * kHzPerMel
                            : kLogStartHz * std::exp(kLogStep * (mel - kLogStartMel));
}

MelFilters::MelFilters() {
  std::array<double, kNMels + 2> edges{};  // Hz, evenly spaced in mel
  const double max_mel = hz_to_mel(kSampleRate / 2.0);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges[i] = mel_to_hz(max_mel * static_cast<double>(i) / (kNMels + 1));
  }
  for (std::size_t band = 0; band < kNMels; ++band) {
    const double lower = edges[band], center = edges[band + 1], upper = edges[band + 2];
    const double norm = 2.0 / (upper - lower);  // Slaney: each triangle has the same area
    Band& b = bands_[band];
    b.offset = weights_.size();
    for (std::size_t bin = 0; bin < kNBins; ++bin) {
      const double hz = fft_frequency(bin);
      const double slope =
          std::min((hz - lower) / (center - lower), (upper - hz) / (upper - center));
      if (slope <= 0) continue;
      if (weights_.size() == b.offset) b.first_bin = bin;
      weights_.push_back(static_cast<float>(slope) * static_cast<float>(norm));
    }
    b.size = weights_.size() - b.offset;
  }
}

void MelFilters::apply(std::span<const float, kNBins> power, std::span<float, kNMels> mel) const {
  for (std::size_t band = 0; band < kNMels; ++band) {
    const Band& b = bands_[band];
    float sum = 0;
    for (std::size_t i = 0; i < b.size; ++i) sum += weights_[b.offset + i] * power[b.first_bin + i];
    mel[band] = sum;
  }
}

float MelFilters::weight(std::size_t band, std::size_t bin) const {
  const Band& b = bands_[band];
  return bin < b.first_bin || bin >= b.first_bin + b.size ? 0.0F
                                                          : weights_[b.offset + bin - b.first_bin];
}

}  // namespace genre
