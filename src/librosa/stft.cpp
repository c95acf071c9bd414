#include <algorithm>

#include "features/fft.h"
#include "librosa/check.h"
#include "librosa/spectra.h"

namespace genre::librosa {

Result<Matrix<std::complex<float>>> stft(std::span<const float> y, const StftOptions& options) {
  return check_stft(y, options).map([&] {
    const features::ClipFrames frames(y, framing(options));
    features::FrameFft fft(fft_parameters(options));
    Matrix<std::complex<float>> result(fft.n_bins(), frames.size());
    std::vector<float> scratch(options.n_fft);
    // Sixteen frames at a time, because the rows of the result are far apart in memory.
    Matrix<std::complex<float>> spectra(features::kBlockFrames, fft.n_bins());
    for (std::size_t first = 0; first < frames.size(); first += spectra.n_rows) {
      const std::size_t n = std::min(spectra.n_rows, frames.size() - first);
      for (std::size_t t = 0; t < n; ++t) {
        fft.spectrum(frames.frame(first + t, scratch), spectra.row(t));
      }
      for (std::size_t bin = 0; bin < spectra.n_columns; ++bin) {
        const auto row = result.row(bin).subspan(first, n);
        for (std::size_t t = 0; t < n; ++t) row[t] = spectra.values[t * spectra.n_columns + bin];
      }
    }
    return result;
  });
}

Result<Matrix<float>> magnitude(std::span<const float> y, const StftOptions& options) {
  return spectra_of(y, options).map([&](const ClipSpectra& spectra) {
    Matrix<float> result(spectra.n_bins(), spectra.n_frames());
    spectra.for_each_block([&](const SpectraBlock& block) {
      for (std::size_t bin = 0; bin < result.n_rows; ++bin) {
        copy_to(result.row(bin), block, block.magnitude[bin]);
      }
    });
    return result;
  });
}

}  // namespace genre::librosa
