#include "features/fft.h"

#include <algorithm>
#include <cmath>

#include "features/fft_tables.h"
#include "features/kernels.h"
#include "features/precision.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "features/fft.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace genre::features::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Doubles = hn::CappedTag<double, 8>;
using Rounded = hn::Rebind<float, Doubles>;

template <class D>
struct Complex {
  hn::Vec<D> re, im;
};

template <class D>
Complex<D> load(D d, const hn::TFromD<D>* z) {
  Complex<D> result;
  hn::LoadInterleaved2(d, z, result.re, result.im);
  return result;
}

template <class V>
V absolute(V re, V im) {
  return hn::Sqrt(hn::MulAdd(re, re, hn::Mul(im, im)));
}

// The transform of real samples x from a complex transform of half the size: Z is the transform of
// the n_fft / 2 complex numbers x[2n] + i x[2n + 1]. E is the transform of the even samples, T that
// of the odd ones times w, and
//   X[k] = E + T, conj(X[n_fft / 2 - k]) = E - T,
//   E = (Z[k] + conj(Z[n_fft / 2 - k])) / 2, T = w[k] (Z[k] - conj(Z[n_fft / 2 - k])) / 2,
// with w[k] = -i exp(-2 pi i k / n_fft).
// z: [n_fft / 2 + 1] pairs of real and imaginary part, the last pair equal to the first;
// w: [n_fft / 4] pairs; n_half: n_fft / 2, a multiple of 32. put(k, re, im) receives X[k] and
// the bins that follow it, all but the one in the middle: that is conj(z[n_half / 2]).
template <class D, class Put>
HWY_INLINE void finish_real(D d, const hn::TFromD<D>* HWY_RESTRICT z,
                            const hn::TFromD<D>* HWY_RESTRICT w, std::size_t n_half,
                            const Put& put) {
  const auto half = hn::Set(d, hn::TFromD<D>{0.5});
  for (std::size_t k = 0; k < n_half / 2; k += hn::Lanes(d)) {
    const std::size_t mirrored = n_half - k - (hn::Lanes(d) - 1);
    const auto a = load(d, z + 2 * k), b = load(d, z + 2 * mirrored), rotation = load(d, w + 2 * k);
    const auto b_re = hn::Reverse(d, b.re), b_im = hn::Neg(hn::Reverse(d, b.im));
    const auto even_re = hn::Mul(half, hn::Add(a.re, b_re));
    const auto even_im = hn::Mul(half, hn::Add(a.im, b_im));
    const auto odd_re = hn::Mul(half, hn::Sub(a.re, b_re));
    const auto odd_im = hn::Mul(half, hn::Sub(a.im, b_im));
    const auto t_re = hn::Sub(hn::Mul(rotation.re, odd_re), hn::Mul(rotation.im, odd_im));
    const auto t_im = hn::MulAdd(rotation.re, odd_im, hn::Mul(rotation.im, odd_re));
    put(k, hn::Add(even_re, t_re), hn::Add(even_im, t_im));
    put(mirrored, hn::Reverse(d, hn::Sub(even_re, t_re)), hn::Reverse(d, hn::Sub(t_im, even_im)));
  }
}

// magnitude: [n_half + 1] of X; the others as above.
void real_magnitudes(const float* z, const float* w, float* HWY_RESTRICT magnitude,
                     std::size_t n_half) {
  const Floats d;
  finish_real(d, z, w, n_half, [&](std::size_t k, auto re, auto im) HWY_ATTR {
    hn::StoreU(absolute(re, im), d, magnitude + k);
  });
  const float re = z[n_half], im = z[n_half + 1];
  magnitude[n_half / 2] = std::sqrt(re * re + im * im);
}

// librosa rounds spectra to complex64 before it computes magnitudes.
template <class V>
V rounded(V x) {
  return hn::PromoteTo(Doubles(), hn::DemoteTo(Rounded(), x));
}

float exact_magnitude(double exact_re, double exact_im) {
  const double re = static_cast<float>(exact_re), im = static_cast<float>(exact_im);
  return static_cast<float>(std::sqrt(re * re + im * im));
}

// The same in double precision.
void exact_real_magnitudes(const double* z, const double* w, float* HWY_RESTRICT magnitude,
                           std::size_t n_half) {
  finish_real(Doubles(), z, w, n_half, [&](std::size_t k, auto re, auto im) HWY_ATTR {
    hn::StoreU(hn::DemoteTo(Rounded(), absolute(rounded(re), rounded(im))), Rounded(),
               magnitude + k);
  });
  magnitude[n_half / 2] = exact_magnitude(z[n_half], z[n_half + 1]);
}

// spectrum: [n_half + 1] pairs of real and imaginary part; the others as above.
void exact_real_spectrum(const double* z, const double* w, float* HWY_RESTRICT spectrum,
                         std::size_t n_half) {
  finish_real(Doubles(), z, w, n_half, [&](std::size_t k, auto re, auto im) HWY_ATTR {
    hn::StoreInterleaved2(hn::DemoteTo(Rounded(), re), hn::DemoteTo(Rounded(), im), Rounded(),
                          spectrum + 2 * k);
  });
  spectrum[n_half] = static_cast<float>(z[n_half]);
  spectrum[n_half + 1] = static_cast<float>(-z[n_half + 1]);
}

// z: [n_bins] pairs of real and imaginary part.
void absolute_of(const float* HWY_RESTRICT z, float* HWY_RESTRICT magnitude, std::size_t n_bins) {
  const Floats d;
  std::size_t bin = 0;
  for (; bin + hn::Lanes(d) <= n_bins; bin += hn::Lanes(d)) {
    const auto x = load(d, z + 2 * bin);
    hn::StoreU(absolute(x.re, x.im), d, magnitude + bin);
  }
  for (; bin < n_bins; ++bin) {
    const float re = z[2 * bin], im = z[2 * bin + 1];
    magnitude[bin] = std::sqrt(re * re + im * im);
  }
}

// The same in double precision.
void exact_absolute(const double* HWY_RESTRICT z, float* HWY_RESTRICT magnitude,
                    std::size_t n_bins) {
  const Doubles d;
  std::size_t bin = 0;
  for (; bin + hn::Lanes(d) <= n_bins; bin += hn::Lanes(d)) {
    const auto x = load(d, z + 2 * bin);
    const auto magnitudes = absolute(rounded(x.re), rounded(x.im));
    hn::StoreU(hn::DemoteTo(Rounded(), magnitudes), Rounded(), magnitude + bin);
  }
  for (; bin < n_bins; ++bin) magnitude[bin] = exact_magnitude(z[2 * bin], z[2 * bin + 1]);
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(real_magnitudes);
HWY_EXPORT(absolute_of);
HWY_EXPORT(exact_absolute);
HWY_EXPORT(exact_real_magnitudes);
HWY_EXPORT(exact_real_spectrum);

// Pairs of real and imaginary part.
template <typename T>
const T* pairs_of(const AlignedVector<std::complex<T>>& z) {
  return reinterpret_cast<const T*>(z.data());
}

}  // namespace

FrameFft::FrameFft(const FftParameters& parameters)
    : tables_(fft_tables(parameters)),
      windowed_(parameters.n_fft),
      spectrum_(parameters.n_fft / 2 + 1),
      exact_windowed_(parameters.n_fft),
      exact_spectrum_(parameters.n_fft / 2 + 1) {}

std::size_t FrameFft::frame_length() const { return tables_->parameters.frame_length(); }
std::size_t FrameFft::n_bins() const { return spectrum_.size(); }

void FrameFft::magnitudes(std::span<const float> frame, std::span<float> magnitude) {
  fast_magnitudes(frame, magnitude);
  if (needs_double_precision(magnitude.first<kNBins>())) exact_magnitudes(frame, magnitude);
}

// FFTW's transform of real data uses the same method, but its last step is not vectorised for wide
// vectors and takes 40 % of its time.
void FrameFft::fast_magnitudes(std::span<const float> frame, std::span<float> magnitude) {
  const FftTables& tables = *tables_;
  const std::size_t win_length = tables.window.size();
  // FFTW overwrites its input: restore the zeros around the window.
  if (win_length < windowed_.size()) std::ranges::fill(windowed_, 0.0F);
  multiply(frame.subspan(tables.first, win_length), tables.window,
           std::span(windowed_).subspan(tables.first, win_length));
  auto* spectrum = reinterpret_cast<fftwf_complex*>(spectrum_.data());
  if (tables.plans->half == nullptr) {
    fftwf_execute_dft_r2c(tables.plans->real, windowed_.data(), spectrum);
    HWY_DYNAMIC_DISPATCH(absolute_of)(pairs_of(spectrum_), magnitude.data(), n_bins());
    return;
  }
  fftwf_execute_dft(tables.plans->half, reinterpret_cast<fftwf_complex*>(windowed_.data()),
                    spectrum);
  spectrum_.back() = spectrum_.front();
  HWY_DYNAMIC_DISPATCH(real_magnitudes)
  (pairs_of(spectrum_), tables.rotations.data(), magnitude.data(), n_bins() - 1);
}

void FrameFft::transform_exactly(std::span<const float> frame) {
  const FftTables& tables = *tables_;
  const std::size_t win_length = tables.exact_window.size();
  if (win_length < exact_windowed_.size()) std::ranges::fill(exact_windowed_, 0.0);
  multiply(tables.exact_window, frame.subspan(tables.first, win_length),
           std::span(exact_windowed_).subspan(tables.first, win_length));
  auto* spectrum = reinterpret_cast<fftw_complex*>(exact_spectrum_.data());
  if (tables.plans->exact_half == nullptr) {
    fftw_execute_dft_r2c(tables.plans->exact, exact_windowed_.data(), spectrum);
    return;
  }
  fftw_execute_dft(tables.plans->exact_half,
                   reinterpret_cast<fftw_complex*>(exact_windowed_.data()), spectrum);
  exact_spectrum_.back() = exact_spectrum_.front();
}

void FrameFft::exact_magnitudes(std::span<const float> frame, std::span<float> magnitude) {
  transform_exactly(frame);
  if (tables_->plans->exact_half == nullptr) {
    HWY_DYNAMIC_DISPATCH(exact_absolute)(pairs_of(exact_spectrum_), magnitude.data(), n_bins());
    return;
  }
  HWY_DYNAMIC_DISPATCH(exact_real_magnitudes)
  (pairs_of(exact_spectrum_), tables_->exact_rotations.data(), magnitude.data(), n_bins() - 1);
}

void FrameFft::spectrum(std::span<const float> frame, std::span<std::complex<float>> spectrum) {
  transform_exactly(frame);
  if (tables_->plans->exact_half == nullptr) {
    std::ranges::transform(exact_spectrum_, spectrum.begin(), [](std::complex<double> z) {
      return std::complex<float>(static_cast<float>(z.real()), static_cast<float>(z.imag()));
    });
    return;
  }
  HWY_DYNAMIC_DISPATCH(exact_real_spectrum)
  (pairs_of(exact_spectrum_), tables_->exact_rotations.data(),
   reinterpret_cast<float*>(spectrum.data()), n_bins() - 1);
}

}  // namespace genre::features
#endif  // HWY_ONCE
