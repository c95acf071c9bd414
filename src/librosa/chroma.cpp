#include "features/chroma.h"

#include <fmt/format.h>

#include <cmath>

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

}  // namespace

Result<Matrix<float>> chroma_stft(std::span<const float> y, const ChromaOptions& options) {
  return check_chroma(y, options).map([&] {
    const auto sr = static_cast<double>(options.sr);
    // librosa infers n_fft from the number of bins here, so that it is even.
    features::TuningEstimator estimator(
        {.sr = sr, .n_fft = options.stft.n_fft / 2 * 2, .bins_per_octave = options.n_chroma});
    estimator.start();
    // The filters depend on the tuning of the whole clip, so its spectra are kept.
    Matrix<float> power(1 + options.stft.n_fft / 2, frame_count(y, options.stft));
    for_each_block(y, options.stft, [&](const SpectraBlock& block) {
      if (!options.tuning) estimator.add(block.power);
      for (std::size_t bin = 0; bin < power.n_rows; ++bin) {
        copy_to(power.row(bin), block, block.power[bin]);
      }
    });
    const double tuning =
        options.tuning ? *options.tuning : features::tuning_value(estimator.finish());
    Matrix<float> chroma =
        features::product(features::make_chroma_filters({.sr = sr,
                                                         .n_fft = options.stft.n_fft,
                                                         .n_chroma = options.n_chroma,
                                                         .tuning = tuning}),
                          power);
    normalize(chroma, options.norm);
    return chroma;
  });
}

}  // namespace genre::librosa
