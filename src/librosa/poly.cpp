#include "features/moments.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {

namespace {

// The least-squares line through the magnitudes at the frequencies of the bins, in closed form.
template <class Input>
Result<Matrix<float>> line(const Input& input, const SpectralOptions& options) {
  return check_sr(options.sr)
      .and_then([&] { return spectra_of(input, options.stft); })
      .map([&](const auto& spectra) {
        Matrix<float> result(2, spectra.n_frames());
        const auto n_bins = static_cast<double>(spectra.n_bins());
        const double hz = static_cast<double>(options.sr) / static_cast<double>(spectra.n_fft());
        const double middle = (n_bins - 1) / 2;                       // mean bin
        const double variance = n_bins * (n_bins * n_bins - 1) / 12;  // sum of (bin - middle)^2
        spectra.for_each_block([&](const SpectraBlock& block) {
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

}  // namespace

Result<Matrix<float>> poly_features(std::span<const float> y, const SpectralOptions& options) {
  return line(y, options);
}
Result<Matrix<float>> poly_features(const Matrix<float>& S, const SpectralOptions& options) {
  return line(S, options);
}

}  // namespace genre::librosa
