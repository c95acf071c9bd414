#include "features/fft.h"

#include <fftw3.h>

#include <array>
#include <cmath>
#include <new>
#include <numbers>

#include "features/kernels.h"
#include "features/precision.h"

namespace genre {
namespace {

template <typename T>
T* allocate(std::size_t count) {
  void* memory = fftwf_malloc(count * sizeof(T));
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<T*>(memory);
}

// scipy.signal.get_window("hann", n_fft, fftbins=True): the periodic Hann window.
template <typename T>
const std::array<T, kNFft>& hann_window() {
  static const auto window = [] {
    std::array<T, kNFft> w{};
    for (std::size_t n = 0; n < kNFft; ++n) {
      const double phase = 2.0 * std::numbers::pi * static_cast<double>(n) / kNFft;
      w[n] = static_cast<T>(0.5 - 0.5 * std::cos(phase));
    }
    return w;
  }();
  return window;
}

// std::complex and FFTW's complex types are layout-compatible, by both standards.
fftwf_complex* as_fftw(std::complex<float>* values) {
  return reinterpret_cast<fftwf_complex*>(values);
}
fftw_complex* as_fftw(std::complex<double>* values) {
  return reinterpret_cast<fftw_complex*>(values);
}

// FFTW's planner is not thread-safe, executing its plans is: each plan is made once, for all
// threads. FFTW_ESTIMATE plans the same way in every run, so that equal input gives equal bits; a
// measured plan is 8 % faster and takes 140 ms to make (docs/performance.md).
constexpr unsigned kPlanFlags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;

}  // namespace

void FrameFft::Free::operator()(void* memory) const { fftwf_free(memory); }

FrameFft::FrameFft()
    : windowed_(allocate<float>(kNFft)),
      spectrum_(allocate<std::complex<float>>(kNBins)),
      exact_windowed_(allocate<double>(kNFft)),
      exact_spectrum_(allocate<std::complex<double>>(kNBins)) {}

void FrameFft::magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude) {
  fast_magnitudes(frame, magnitude);
  if (needs_double_precision(magnitude)) exact_magnitudes(frame, magnitude);
}

void FrameFft::fast_magnitudes(std::span<const float, kNFft> frame,
                               std::span<float, kNBins> magnitude) {
  static const fftwf_plan plan =
      fftwf_plan_dft_r2c_1d(kNFft, windowed_.get(), as_fftw(spectrum_.get()), kPlanFlags);
  multiply(frame, hann_window<float>(), {windowed_.get(), kNFft});
  fftwf_execute_dft_r2c(plan, windowed_.get(), as_fftw(spectrum_.get()));
  absolute({spectrum_.get(), kNBins}, magnitude);
}

void FrameFft::exact_magnitudes(std::span<const float, kNFft> frame,
                                std::span<float, kNBins> magnitude) {
  static const fftw_plan plan = fftw_plan_dft_r2c_1d(kNFft, exact_windowed_.get(),
                                                     as_fftw(exact_spectrum_.get()), kPlanFlags);
  const auto& window = hann_window<double>();
  for (std::size_t n = 0; n < kNFft; ++n) exact_windowed_[n] = window[n] * frame[n];
  fftw_execute_dft_r2c(plan, exact_windowed_.get(), as_fftw(exact_spectrum_.get()));
  for (std::size_t bin = 0; bin < kNBins; ++bin) {
    const std::complex<float> rounded(exact_spectrum_[bin]);
    magnitude[bin] = static_cast<float>(std::sqrt(std::norm(std::complex<double>(rounded))));
  }
}

}  // namespace genre
