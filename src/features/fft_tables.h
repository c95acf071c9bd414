// What transforms with equal parameters share: the window, twiddle factors and FFTW's plans.
// Immutable.
#pragma once

#include <fftw3.h>

#include <memory>

#include "features/aligned.h"
#include "features/fft.h"

namespace genre::features {

struct FftPlans {
  explicit FftPlans(std::size_t n_fft);
  ~FftPlans();
  FftPlans(const FftPlans&) = delete;
  FftPlans& operator=(const FftPlans&) = delete;

  fftwf_plan half = nullptr;  // complex, n_fft / 2; null if the kernels cannot finish it
  fftwf_plan real = nullptr;  // null if there is half
  // In double precision.
  fftw_plan exact_half = nullptr;  // complex, n_fft / 2; null as half
  fftw_plan exact = nullptr;       // real
};

struct FftTables {
  FftParameters parameters;
  std::size_t first;  // the place of the window in a frame and in the FFT's input
  AlignedVector<float> window;
  AlignedVector<double> exact_window;
  // [n_fft / 4] pairs of real and imaginary part, for half and exact_half.
  AlignedVector<float> rotations;
  AlignedVector<double> exact_rotations;
  std::shared_ptr<const FftPlans> plans;
};

// Both are thread-safe.
[[nodiscard]] std::shared_ptr<const FftPlans> fft_plans(std::size_t n_fft);
[[nodiscard]] std::shared_ptr<const FftTables> fft_tables(const FftParameters& parameters);

}  // namespace genre::features
