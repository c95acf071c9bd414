// The mean autocorrelation of many windows of a signal.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "features/aligned.h"

namespace genre::features {

struct FftPlans;

// In double precision. Holds scratch memory, so use it from one thread only.
class MeanAutocorrelation {
 public:
  // n: the length of a window, 1 or more.
  explicit MeanAutocorrelation(std::size_t n);

  // x: [n]. Its autocorrelation is divided by its maximum, which is that at lag 0.
  void add(std::span<const double> x);

  // [n]: the mean at each lag. At least one window was added.
  [[nodiscard]] std::vector<double> compute();

 private:
  std::size_t n_, n_windows_ = 0;
  std::size_t n_fft_;  // at least 2 n - 1, so that no lag wraps around
  std::shared_ptr<const FftPlans> plans_;
  AlignedVector<double> samples_;                 // [n_fft]
  AlignedVector<std::complex<double>> spectrum_;  // [1 + n_fft / 2]
  std::vector<double> power_;                     // [1 + n_fft / 2], the sum over the windows
};

}  // namespace genre::features
