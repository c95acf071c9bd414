// The magnitude spectrum of one frame (one column of abs(librosa.stft)).
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

#include "features/constants.h"

namespace genre {

// Owns aligned scratch memory, so one belongs to one thread; the plans behind it are shared.
class FrameFft {
 public:
  FrameFft();

  // magnitude: [n_bins] of the Hann-windowed frame's transform. In single precision, unless the
  // features would hinge on its last bits (precision.h): then in double.
  void magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  // In single precision always.
  void fast_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

 private:
  // In double precision, rounded where librosa rounds: the transform to complex64, its magnitude to
  // float32.
  void exact_magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude);

  struct Free {
    void operator()(void* memory) const;
  };
  template <typename T>
  using Buffer = std::unique_ptr<T[], Free>;

  Buffer<float> windowed_;                       // [n_fft]
  Buffer<std::complex<float>> spectrum_;         // [n_bins]
  Buffer<double> exact_windowed_;                // [n_fft]
  Buffer<std::complex<double>> exact_spectrum_;  // [n_bins]
};

}  // namespace genre
