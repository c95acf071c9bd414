#include "features/chroma.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "features/cache.h"
#include "features/matrix_product.h"
#include "features/tuning.h"
#include "librosa/check.h"
#include "librosa/normalize.h"
#include "librosa/spectra.h"

namespace genre::librosa {
namespace {

constexpr std::size_t kMaxNChroma = 120;

Result<void> check_chroma(const ChromaOptions& options) {
  if (options.n_chroma == 0 || options.n_chroma > kMaxNChroma) {
    return require(
        false, fmt::format("n_chroma is {}; it must be 1 to {}", options.n_chroma, kMaxNChroma));
  }
  if (options.tuning && !std::isfinite(*options.tuning)) {
    return require(false, fmt::format("tuning is {}; it must be finite", *options.tuning));
  }
  return check_sr(options.sr);
}

// Values of the spectra that are kept for the second pass: three minutes with the defaults, 64 MB.
// Those of a longer clip are computed again.
constexpr std::size_t kMaxKept = std::size_t{1} << 24;

// The filters of the tunings that were used last. Large ones are not kept: 64 of 256 kB are 16 MB.
std::shared_ptr<const Matrix<float>> filters_of(const ChromaOptions& options, std::size_t n_fft,
                                                double tuning) {
  static features::Cache<features::ChromaParameters, Matrix<float>, 64> cache;
  constexpr std::size_t kMaxCached = std::size_t{1} << 16;
  const features::ChromaParameters parameters{.sr = static_cast<double>(options.sr),
                                              .n_fft = n_fft,
                                              .n_chroma = options.n_chroma,
                                              .tuning = tuning};
  const auto make = [&] { return features::make_chroma_filters(parameters); };
  if (options.n_chroma * (1 + n_fft / 2) <= kMaxCached) {
    return cache.get(parameters, make);
  }
  return std::make_shared<const Matrix<float>>(make());
}

Matrix<float> power_of(const SpectraBlock& block) {
  Matrix<float> power(block.power.size(), block.n);
  for (std::size_t bin = 0; bin < power.n_rows; ++bin) {
    std::copy_n(block.power[bin].begin(), block.n, power.row(bin).begin());
  }
  return power;
}

// The filters depend on the tuning of the whole clip, so there are two passes over its frames.
template <class Spectra>
Matrix<float> chroma_of(const Spectra& spectra, const ChromaOptions& options) {
  Matrix<float> chroma(options.n_chroma, spectra.n_frames());
  const bool keep = spectra.n_bins() * chroma.n_columns <= kMaxKept;
  std::vector<Matrix<float>> kept;
  double tuning = options.tuning.value_or(0);
  if (!options.tuning) {
    features::TuningEstimator estimator(
        {.sr = static_cast<double>(options.sr),
         .n_fft = 2 * (spectra.n_bins() - 1),  // librosa infers it here, so that it is even
         .bins_per_octave = options.n_chroma});
    estimator.start();
    spectra.for_each_block([&](const SpectraBlock& block) {
      estimator.add(block.power);
      if (keep) kept.push_back(power_of(block));
    });
    tuning = features::tuning_value(estimator.finish());
  }
  const auto filters = filters_of(options, spectra.n_fft(), tuning);
  std::size_t first = 0;
  const auto add = [&](const Matrix<float>& power) {
    const Matrix<float> part = features::product(*filters, power);
    for (std::size_t c = 0; c < part.n_rows; ++c) {
      std::ranges::copy(part.row(c), chroma.row(c).begin() + static_cast<std::ptrdiff_t>(first));
    }
    first += part.n_columns;
  };
  if (kept.empty()) {
    spectra.for_each_block([&](const SpectraBlock& block) { add(power_of(block)); });
  } else {
    std::ranges::for_each(kept, add);
  }
  normalize(chroma, options.norm);
  return chroma;
}

}  // namespace

Result<Matrix<float>> chroma_stft(std::span<const float> y, const ChromaOptions& options) {
  return check_chroma(options)
      .and_then([&] { return spectra_of(y, options.stft); })
      .map([&](const ClipSpectra& spectra) { return chroma_of(spectra, options); });
}

Result<Matrix<float>> chroma_stft(const Matrix<float>& S, const ChromaOptions& options) {
  return check_chroma(options)
      .and_then([&] { return spectra_of(S, options.stft, Given::kPower); })
      .map([&](const GivenSpectra& spectra) { return chroma_of(spectra, options); });
}

}  // namespace genre::librosa
