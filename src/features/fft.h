// The spectrum of one frame (one column of librosa.stft).
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "features/aligned.h"
#include "features/constants.h"
#include "genre/frontend.h"

namespace genre::features {

// The defaults are librosa's.
struct FftParameters {
  std::size_t n_fft = kNFft;
  std::size_t win_length = n_fft;  // at most n_fft
  Window window = Window::kHann;
  bool periodic = true;
  std::vector<double> window_values = {};  // [win_length]: another window; empty: none
  ZeroPadding zero_padding = ZeroPadding::kBothSides;

  // The samples of a frame.
  [[nodiscard]] std::size_t frame_length() const {
    return zero_padding == ZeroPadding::kRight ? win_length : n_fft;
  }
  friend bool operator==(const FftParameters&, const FftParameters&) = default;
};

struct FftTables;

// Holds scratch memory (24 bytes per sample of n_fft: 49 kB), so use it from one thread only.
// Objects with equal parameters share their tables, and all share FFTW's plans.
class FrameFft {
 public:
  explicit FrameFft(const FftParameters& parameters = {});

  [[nodiscard]] std::size_t frame_length() const;
  [[nodiscard]] std::size_t n_bins() const;  // 1 + n_fft / 2

  // Only for the default parameters. magnitude: [n_bins] of the spectrum of the windowed frame.
  // Single precision, or double precision if the features depend on its last bits (precision.h).
  void magnitudes(std::span<const float> frame, std::span<float> magnitude);

  // The same for any parameters, always in single precision.
  void fast_magnitudes(std::span<const float> frame, std::span<float> magnitude);

  // The same in double precision, rounded as in librosa: the spectrum to complex64, the magnitude
  // to float32.
  void exact_magnitudes(std::span<const float> frame, std::span<float> magnitude);

  // spectrum: [n_bins], in double precision, rounded to complex64 as in librosa.
  void spectrum(std::span<const float> frame, std::span<std::complex<float>> spectrum);

 private:
  // Sets exact_spectrum_: with a plan of half the length to the transform that is to be finished.
  void transform_exactly(std::span<const float> frame);

  std::shared_ptr<const FftTables> tables_;
  // [n_fft], zero outside the window, and [n_bins].
  AlignedVector<float> windowed_;
  AlignedVector<std::complex<float>> spectrum_;
  AlignedVector<double> exact_windowed_;
  AlignedVector<std::complex<double>> exact_spectrum_;
};

}  // namespace genre::features
