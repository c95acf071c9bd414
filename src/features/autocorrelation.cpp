#include "features/autocorrelation.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "features/fft_tables.h"

namespace genre::features {
namespace {

// The smallest power of two, or three times one, that is not smaller: FFTW is fastest for these.
std::size_t fast_size(std::size_t n) {
  const std::size_t power = std::bit_ceil(std::max<std::size_t>(n, 4));
  return power / 4 * 3 >= n ? power / 4 * 3 : power;
}

void transform(const FftPlans& plans, AlignedVector<double>& samples,
               AlignedVector<std::complex<double>>& spectrum) {
  fftw_execute_dft_r2c(plans.exact, samples.data(),
                       reinterpret_cast<fftw_complex*>(spectrum.data()));
}

}  // namespace

MeanAutocorrelation::MeanAutocorrelation(std::size_t n)
    : n_(n),
      n_fft_(fast_size(2 * n - 1)),
      plans_(fft_plans(n_fft_)),
      samples_(n_fft_),
      spectrum_(1 + n_fft_ / 2),
      power_(spectrum_.size()) {}

// The transform of an autocorrelation is the power spectrum. The inverse transform is linear, so it
// is enough to do it once, of the sum.
void MeanAutocorrelation::add(std::span<const double> x) {
  ++n_windows_;
  const double energy = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  // librosa.util.normalize does not scale what is smaller.
  const double gain = energy < std::numeric_limits<double>::min() ? 1 : 1 / energy;
  // FFTW overwrites its input.
  const auto rest = std::ranges::copy(x, samples_.begin()).out;
  std::fill(rest, samples_.end(), 0.0);
  transform(*plans_, samples_, spectrum_);
  for (std::size_t k = 0; k < power_.size(); ++k) power_[k] += gain * std::norm(spectrum_[k]);
}

// The spectrum is real and symmetric, so its inverse transform is its transform.
std::vector<double> MeanAutocorrelation::compute() {
  for (std::size_t k = 0; k < power_.size(); ++k) {
    samples_[k] = power_[k];
    if (k > 0) samples_[n_fft_ - k] = power_[k];
  }
  transform(*plans_, samples_, spectrum_);
  std::vector<double> mean(n_);
  const double scale = 1 / (static_cast<double>(n_fft_) * static_cast<double>(n_windows_));
  for (std::size_t lag = 0; lag < n_; ++lag) mean[lag] = scale * spectrum_[lag].real();
  return mean;
}

}  // namespace genre::features
