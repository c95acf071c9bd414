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

Result<void> check_chroma(std::span<const float> y, const ChromaOptions& options) {
  if (options.n_chroma == 0 || options.n_chroma > kMaxNChroma) {
    return require(
        false, fmt::format("n_chroma is {}; it must be 1 to {}", options.n_chroma, kMaxNChroma));
  }
  if (options.tuning && !std::isfinite(*options.tuning)) {
    return require(false, fmt::format("tuning is {}; it must be finite", *options.tuning));
  }
  return check_sr(options.sr).and_then([&] { return check_stft(y, options.stft); });
}

// Values of the spectra that are kept for the second pass: three minutes with the defaults, 64 MB.
// Those of a longer clip are computed again.
constexpr std::size_t kMaxKept = std::size_t{1} << 24;

// The filters of the tunings that were used last. Large ones are not kept: 64 of 256 kB are 16 MB.
std::shared_ptr<const Matrix<float>> filters_of(const ChromaOptions& options, double tuning) {
  static features::Cache<features::ChromaParameters, Matrix<float>, 64> cache;
  constexpr std::size_t kMaxCached = std::size_t{1} << 16;
  const features::ChromaParameters parameters{.sr = static_cast<double>(options.sr),
                                              .n_fft = options.stft.n_fft,
                                              .n_chroma = options.n_chroma,
                                              .tuning = tuning};
  const auto make = [&] { return features::make_chroma_filters(parameters); };
  if (options.n_chroma * (1 + options.stft.n_fft / 2) <= kMaxCached) {
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

// librosa infers n_fft from the number of bins here, so that it is even.
features::TuningParameters tuning_parameters(const ChromaOptions& options) {
  return {.sr = static_cast<double>(options.sr),
          .n_fft = options.stft.n_fft / 2 * 2,
          .bins_per_octave = options.n_chroma};
}

}  // namespace

// The filters depend on the tuning of the whole clip, so there are two passes over its frames.
Result<Matrix<float>> chroma_stft(std::span<const float> y, const ChromaOptions& options) {
  return check_chroma(y, options).map([&] {
    Matrix<float> chroma(options.n_chroma, frame_count(y, options.stft));
    const bool keep = (1 + options.stft.n_fft / 2) * chroma.n_columns <= kMaxKept;
    std::vector<Matrix<float>> kept;
    double tuning = options.tuning.value_or(0);
    if (!options.tuning) {
      features::TuningEstimator estimator(tuning_parameters(options));
      estimator.start();
      for_each_block(y, options.stft, [&](const SpectraBlock& block) {
        estimator.add(block.power);
        if (keep) kept.push_back(power_of(block));
      });
      tuning = features::tuning_value(estimator.finish());
    }
    const auto filters = filters_of(options, tuning);
    std::size_t first = 0;
    const auto add = [&](const Matrix<float>& power) {
      const Matrix<float> part = features::product(*filters, power);
      for (std::size_t c = 0; c < part.n_rows; ++c) {
        std::ranges::copy(part.row(c), chroma.row(c).begin() + static_cast<std::ptrdiff_t>(first));
      }
      first += part.n_columns;
    };
    if (kept.empty()) {
      for_each_block(y, options.stft, [&](const SpectraBlock& block) { add(power_of(block)); });
    } else {
      std::ranges::for_each(kept, add);
    }
    normalize(chroma, options.norm);
    return chroma;
  });
}

}  // namespace genre::librosa
