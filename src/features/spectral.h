// Spectral shape of each frame of a block: librosa.feature.spectral_centroid, spectral_bandwidth
// and spectral_rolloff.
#pragma once

#include <span>

#include "features/spectrogram.h"

namespace genre::features {

// Values per frame in bins (of fft_frequency(1) Hz). All three are 0 for a silent frame.
struct SpectralShapes {
  FrameValues centroid;  // mean bin, weighted by magnitude
  FrameValues
      bandwidth;  // standard deviation from the centroid (p = 2, magnitudes normalised to sum 1)
  FrameValues rolloff;  // the lowest bin with at least roll_percent of the magnitude at or below it
};

// magnitude: [n_bins], 0 or more. roll_percent: the share of the magnitude for the roll-off.
[[nodiscard]] SpectralShapes spectral_shapes(std::span<const FrameValues> magnitude,
                                             float roll_percent = 0.85F);
[[nodiscard]] inline SpectralShapes spectral_shapes(const SpectrumBlock& magnitude) {
  return spectral_shapes(magnitude.rows);
}

}  // namespace genre::features
