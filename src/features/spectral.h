// Shape of one magnitude spectrum: librosa.feature.spectral_centroid, spectral_bandwidth and
// spectral_rolloff with their defaults.
#pragma once

#include <span>

#include "features/constants.h"

namespace genre {

struct SpectralShape {
  double centroid;   // Hz: mean frequency, weighted by magnitude
  double bandwidth;  // Hz: standard deviation around it (p = 2, magnitudes normalised to sum 1)
  double rolloff;    // Hz: the lowest bin under which at least 85 % of the magnitude lies
};

// magnitude: [n_bins], not negative. A silent frame has all three 0.
[[nodiscard]] SpectralShape spectral_shape(std::span<const float, kNBins> magnitude);

}  // namespace genre
