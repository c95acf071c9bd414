// Shape of each magnitude spectrum of a block: librosa.feature.spectral_centroid,
// spectral_bandwidth and spectral_rolloff with their defaults.
#pragma once

#include "features/spectrogram.h"

namespace genre::features {

// Of each frame, in bins (fft_frequency(1) Hz). A silent frame has all three 0.
struct SpectralShapes {
  FrameValues centroid;   // mean place in the spectrum, weighted by magnitude
  FrameValues bandwidth;  // standard deviation around it (p = 2, magnitudes normalised to sum 1)
  FrameValues rolloff;    // the lowest bin up to which at least 85 % of the magnitude lies
};

// magnitude: not negative.
[[nodiscard]] SpectralShapes spectral_shapes(const SpectrumBlock& magnitude);

}  // namespace genre::features
