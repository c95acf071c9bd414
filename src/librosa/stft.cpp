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
    std::vector<std::complex<float>> spectrum(fft.n_bins());
    for (std::size_t t = 0; t < frames.size(); ++t) {
      fft.spectrum(frames.frame(t, scratch), spectrum);
      for (std::size_t bin = 0; bin < spectrum.size(); ++bin) result.row(bin)[t] = spectrum[bin];
    }
    return result;
  });
}

Result<Matrix<float>> magnitude(std::span<const float> y, const StftOptions& options) {
  return check_stft(y, options).map([&] {
    Matrix<float> result(1 + options.n_fft / 2, frame_count(y, options));
    for_each_block(y, options, [&](const SpectraBlock& block) {
      for (std::size_t bin = 0; bin < result.n_rows; ++bin) {
        copy_to(result.row(bin), block, block.magnitude[bin]);
      }
    });
    return result;
  });
}

}  // namespace genre::librosa
