#include "features/fft_tables.h"

#include <cmath>
#include <mutex>
#include <numbers>

#include "features/cache.h"
#include "features/window.h"

namespace genre::features {
namespace {

// FFTW_ESTIMATE creates the same plan in every run, so that results are bit-identical.
constexpr unsigned kPlanFlags = FFTW_ESTIMATE | FFTW_DESTROY_INPUT;

// The kernel that finishes a transform of half the length has up to 16 lanes, and works from both
// ends of the spectrum.
constexpr std::size_t kHalfMultiple = 64;

// FFTW's planner is not thread-safe, and neither is the destruction of a plan.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

AlignedVector<double> make_rotations(std::size_t n_fft) {
  AlignedVector<double> w(n_fft / 2);
  for (std::size_t k = 0; k < n_fft / 4; ++k) {
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n_fft);
    w[2 * k] = -std::sin(phase);
    w[2 * k + 1] = -std::cos(phase);
  }
  return w;
}

FftTables make_tables(const FftParameters& parameters) {
  const std::size_t n_fft = parameters.n_fft, win_length = parameters.win_length;
  const auto window = parameters.window_values.empty()
                          ? get_window(parameters.window, win_length, parameters.periodic)
                          : parameters.window_values;
  const bool both = parameters.zero_padding == ZeroPadding::kBothSides;
  FftTables tables{.parameters = parameters,
                   .first = both ? (n_fft - win_length) / 2 : 0,  // librosa.util.pad_center
                   .window = {},
                   .exact_window = {window.begin(), window.end()},
                   .rotations = {},
                   .exact_rotations = {},
                   .plans = fft_plans(n_fft)};
  for (const double w : window) tables.window.push_back(static_cast<float>(w));
  if (tables.plans->half != nullptr) {
    tables.exact_rotations = make_rotations(n_fft);
    for (const double w : tables.exact_rotations) {
      tables.rotations.push_back(static_cast<float>(w));
    }
  }
  return tables;
}

}  // namespace

FftPlans::FftPlans(std::size_t n_fft) {
  const int size = static_cast<int>(n_fft);
  AlignedVector<float> samples(n_fft);
  AlignedVector<std::complex<float>> spectrum(n_fft / 2 + 1);
  AlignedVector<double> exact_samples(n_fft);
  AlignedVector<std::complex<double>> exact_spectrum(n_fft / 2 + 1);
  auto* out = reinterpret_cast<fftwf_complex*>(spectrum.data());
  auto* exact_out = reinterpret_cast<fftw_complex*>(exact_spectrum.data());
  const std::scoped_lock lock(planner());
  if (n_fft % kHalfMultiple == 0) {
    half = fftwf_plan_dft_1d(size / 2, reinterpret_cast<fftwf_complex*>(samples.data()), out,
                             FFTW_FORWARD, kPlanFlags);
    exact_half = fftw_plan_dft_1d(size / 2, reinterpret_cast<fftw_complex*>(exact_samples.data()),
                                  exact_out, FFTW_FORWARD, kPlanFlags);
  } else {
    real = fftwf_plan_dft_r2c_1d(size, samples.data(), out, kPlanFlags);
  }
  exact = fftw_plan_dft_r2c_1d(size, exact_samples.data(), exact_out, kPlanFlags);
}

FftPlans::~FftPlans() {
  const std::scoped_lock lock(planner());
  if (half != nullptr) fftwf_destroy_plan(half);
  if (real != nullptr) fftwf_destroy_plan(real);
  if (exact_half != nullptr) fftw_destroy_plan(exact_half);
  fftw_destroy_plan(exact);
}

std::shared_ptr<const FftPlans> fft_plans(std::size_t n_fft) {
  static Cache<std::size_t, std::shared_ptr<const FftPlans>, 32> cache;
  return *cache.get(n_fft, [&] { return std::make_shared<const FftPlans>(n_fft); });
}

std::shared_ptr<const FftTables> fft_tables(const FftParameters& parameters) {
  static Cache<FftParameters, FftTables, 32> cache;
  return cache.get(parameters, [&] { return make_tables(parameters); });
}

}  // namespace genre::features
