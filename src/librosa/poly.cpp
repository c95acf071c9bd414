#include "features/moments.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {

// The least-squares line through the magnitudes at the frequencies of the bins, in closed form.
Result<Matrix<float>> poly_features(std::span<const float> y, const SpectralOptions& options) {
  return check_sr(options.sr).and_then([&] { return check_stft(y, options.stft); }).map([&] {
    Matrix<float> result(2, frame_count(y, options.stft));
    const auto n_bins = static_cast<double>(1 + options.stft.n_fft / 2);
    const double hz = static_cast<double>(options.sr) / static_cast<double>(options.stft.n_fft);
    const double middle = (n_bins - 1) / 2;                       // mean bin
    const double variance = n_bins * (n_bins * n_bins - 1) / 12;  // sum of (bin - middle)^2
    for_each_block(y, options.stft, [&](const SpectraBlock& block) {
      const auto moments = features::spectral_moments(block.magnitude);
      for (std::size_t t = 0; t < block.n; ++t) {
        const double per_bin = (moments.first[t] - middle * moments.sum[t]) / variance;
        result.row(0)[block.first + t] = static_cast<float>(per_bin / hz);
        result.row(1)[block.first + t] =
            static_cast<float>(moments.sum[t] / n_bins - per_bin * middle);
      }
    });
    return result;
  });
}

}  // namespace genre::librosa
