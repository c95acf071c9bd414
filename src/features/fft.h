// The magnitude spectrum of one frame (one column of abs(librosa.stft)).
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>

#include "features/constants.h"

namespace genre::features {

// Holds scratch memory (49 kB), so one belongs to one thread; the plans behind it are shared.
class FrameFft {
 public:
  // magnitude: [n_bins] of the Hann-windowed frame's transform. In single precision, unless the
  // features would hinge on its last bits (precision.h): then in double.
  void magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  // In single precision always.
  void fast_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

 private:
  // In double precision, rounded where librosa rounds: the transform to complex64, its magnitude to
  // float32.
  void exact_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  alignas(64) std::array<float, kNFft> windowed_;
  alignas(64) std::array<std::complex<float>, kNBins> spectrum_;
  alignas(64) std::array<double, kNFft> exact_windowed_;
  alignas(64) std::array<std::complex<double>, kNBins> exact_spectrum_;
};

}  // namespace genre::features
