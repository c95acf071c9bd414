// The magnitude spectrum of one frame (one column of abs(librosa.stft)).
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>

#include "features/constants.h"

namespace genre::features {

// Holds scratch memory (49 kB), so use it from one thread only. All objects share the FFTW plans.
class FrameFft {
 public:
  // magnitude: [n_bins] of the spectrum of the Hann-windowed frame. Single precision, or double
  // precision if the features depend on its last bits (precision.h).
  void magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  // The same, always in single precision.
  void fast_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

 private:
  // The same in double precision, rounded as in librosa: the spectrum to complex64, the magnitude
  // to float32.
  void exact_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  alignas(64) std::array<float, kNFft> windowed_;
  alignas(64) std::array<std::complex<float>, kNBins> spectrum_;
  alignas(64) std::array<double, kNFft> exact_windowed_;
  alignas(64) std::array<std::complex<double>, kNBins> exact_spectrum_;
};

}  // namespace genre::features
