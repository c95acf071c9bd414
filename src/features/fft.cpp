#include "features/fft.h"

#include <fftw3.h>

#include <cmath>
#include <numbers>

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
using Vector = hn::Vec<Floats>;

struct Complex {
  Vector re, im;
};

Complex load(const float* z) {
  Complex result;
  hn::LoadInterleaved2(Floats(), z, result.re, result.im);
  return result;
}

Vector absolute(Vector re, Vector im) { return hn::Sqrt(hn::MulAdd(re, re, hn::Mul(im, im))); }

// The transform of real samples x from a complex transform of half the size: Z is the transform of
// the n_fft / 2 complex numbers x[2n] + i x[2n + 1]. E is the transform of the even samples, T that
// of the odd ones times w, and
//   X[k] = E + T, conj(X[n_fft / 2 - k]) = E - T,
//   E = (Z[k] + conj(Z[n_fft / 2 - k])) / 2, T = w[k] (Z[k] - conj(Z[n_fft / 2 - k])) / 2,
// with w[k] = -i exp(-2 pi i k / n_fft).
// z: [n_fft / 2 + 1] pairs of real and imaginary part, the last pair equal to the first;
// w: [n_fft / 4] pairs; magnitude: [n_bins] of X.
void real_magnitudes(const float* HWY_RESTRICT z, const float* HWY_RESTRICT w,
                     float* HWY_RESTRICT magnitude) {
  const Floats d;
  constexpr std::size_t kHalf = kNFft / 2;
  const auto half = hn::Set(d, 0.5F);
  for (std::size_t k = 0; k < kHalf / 2; k += hn::Lanes(d)) {
    const std::size_t mirrored = kHalf - k - (hn::Lanes(d) - 1);
    const Complex a = load(z + 2 * k), b = load(z + 2 * mirrored), rotation = load(w + 2 * k);
    const auto b_re = hn::Reverse(d, b.re), b_im = hn::Neg(hn::Reverse(d, b.im));
    const auto even_re = hn::Mul(half, hn::Add(a.re, b_re));
    const auto even_im = hn::Mul(half, hn::Add(a.im, b_im));
    const auto odd_re = hn::Mul(half, hn::Sub(a.re, b_re));
    const auto odd_im = hn::Mul(half, hn::Sub(a.im, b_im));
    const auto t_re = hn::Sub(hn::Mul(rotation.re, odd_re), hn::Mul(rotation.im, odd_im));
    const auto t_im = hn::MulAdd(rotation.re, odd_im, hn::Mul(rotation.im, odd_re));
    hn::StoreU(absolute(hn::Add(even_re, t_re), hn::Add(even_im, t_im)), d, magnitude + k);
    const auto upper = absolute(hn::Sub(even_re, t_re), hn::Sub(even_im, t_im));
    hn::StoreU(hn::Reverse(d, upper), d, magnitude + mirrored);
  }
  const float re = z[kHalf], im = z[kHalf + 1];
  magnitude[kHalf / 2] = std::sqrt(re * re + im * im);
}

// z: [n_bins] pairs of real and imaginary part, rounded to float32 first, as librosa does.
void exact_absolute(const double* HWY_RESTRICT z, float* HWY_RESTRICT magnitude) {
  const hn::CappedTag<double, 8> d;
  const hn::Rebind<float, decltype(d)> df;
  std::size_t bin = 0;
  for (; bin + hn::Lanes(d) <= kNBins; bin += hn::Lanes(d)) {
    hn::Vec<decltype(d)> re, im;
    hn::LoadInterleaved2(d, z + 2 * bin, re, im);
    re = hn::PromoteTo(d, hn::DemoteTo(df, re));
    im = hn::PromoteTo(d, hn::DemoteTo(df, im));
    const auto absolute = hn::Sqrt(hn::MulAdd(re, re, hn::Mul(im, im)));
    hn::StoreU(hn::DemoteTo(df, absolute), df, magnitude + bin);
  }
  for (; bin < kNBins; ++bin) {
    const double re = static_cast<float>(z[2 * bin]), im = static_cast<float>(z[2 * bin + 1]);
    magnitude[bin] = static_cast<float>(std::sqrt(re * re + im * im));
  }
}

}  // namespace genre::features::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genre::features {
namespace {

HWY_EXPORT(real_magnitudes);
HWY_EXPORT(exact_absolute);

// scipy.signal.get_window("hann", n_fft, fftbins=True): the periodic Hann window.
template <typename T>
const std::array<T, kNFft>& hann_window() {
  alignas(64) static const auto window = [] {
    std::array<T, kNFft> w{};
    for (std::size_t n = 0; n < kNFft; ++n) {
      const double phase = 2.0 * std::numbers::pi * static_cast<double>(n) / kNFft;
      w[n] = static_cast<T>(0.5 - 0.5 * std::cos(phase));
    }
    return w;
  }();
  return window;
}

// [n_fft / 4] pairs of real and imaginary part.
const std::array<float, kNFft / 2>& rotations() {
  alignas(64) static const auto rotations = [] {
    std::array<float, kNFft / 2> w{};
    for (std::size_t k = 0; k < kNFft / 4; ++k) {
      const double phase = 2.0 * std::numbers::pi * static_cast<double>(k) / kNFft;
      w[2 * k] = static_cast<float>(-std::sin(phase));
      w[2 * k + 1] = static_cast<float>(-std::cos(phase));
    }
    return w;
  }();
  return rotations;
}

// FFTW's planner is not thread-safe, but its plans are: each plan is created once, for all threads.
// FFTW_ESTIMATE creates the same plan in every run, so that results are bit-identical.
constexpr unsigned kPlanFlags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;

}  // namespace

void FrameFft::magnitudes(std::span<const float, kNFft> frame, std::span<float, kNBins> magnitude) {
  fast_magnitudes(frame, magnitude);
  if (needs_double_precision(magnitude)) exact_magnitudes(frame, magnitude);
}

// FFTW's transform of real data uses the same method, but its last step is not vectorised for wide
// vectors and takes 40 % of its time.
void FrameFft::fast_magnitudes(std::span<const float, kNFft> frame,
                               std::span<float, kNBins> magnitude) {
  auto* samples = reinterpret_cast<fftwf_complex*>(windowed_.data());
  auto* spectrum = reinterpret_cast<fftwf_complex*>(spectrum_.data());
  static const fftwf_plan plan =
      fftwf_plan_dft_1d(kNFft / 2, samples, spectrum, FFTW_FORWARD, kPlanFlags);
  multiply(frame, hann_window<float>(), windowed_);
  fftwf_execute_dft(plan, samples, spectrum);
  spectrum_.back() = spectrum_.front();
  HWY_DYNAMIC_DISPATCH(real_magnitudes)
  (reinterpret_cast<const float*>(spectrum_.data()), rotations().data(), magnitude.data());
}

void FrameFft::exact_magnitudes(std::span<const float, kNFft> frame,
                                std::span<float, kNBins> magnitude) {
  auto* spectrum = reinterpret_cast<fftw_complex*>(exact_spectrum_.data());
  static const fftw_plan plan =
      fftw_plan_dft_r2c_1d(kNFft, exact_windowed_.data(), spectrum, kPlanFlags);
  const auto& window = hann_window<double>();
  for (std::size_t n = 0; n < kNFft; ++n) exact_windowed_[n] = window[n] * frame[n];
  fftw_execute_dft_r2c(plan, exact_windowed_.data(), spectrum);
  HWY_DYNAMIC_DISPATCH(exact_absolute)
  (reinterpret_cast<const double*>(exact_spectrum_.data()), magnitude.data());
}

}  // namespace genre::features
#endif  // HWY_ONCE
