// Spectral shape of each frame of a block: librosa.feature.spectral_centroid, spectral_bandwidth
// and spectral_rolloff with their defaults.
#pragma once

#include "features/spectrogram.h"

namespace genre::features {

// Values per frame in bins (of fft_frequency(1) Hz). All three are 0 for a silent frame.
struct SpectralShapes {
  FrameValues centroid;  // mean bin, weighted by magnitude
  FrameValues
      bandwidth;  // standard deviation from the centroid (p = 2, magnitudes normalised to sum 1)
  FrameValues rolloff;  // the lowest bin with at least 85 % of the magnitude at or below it
};

// magnitude: 0 or more.
[[nodiscard]] SpectralShapes spectral_shapes(const SpectrumBlock& magnitude);

}  // namespace genre::features
