#include "librosa/spectra.h"

#include "librosa/check.h"

namespace genre::librosa {

features::FftParameters fft_parameters(const StftOptions& options) {
  return {.n_fft = options.n_fft,
          .win_length = options.win_length == 0 ? options.n_fft : options.win_length,
          .window = options.window,
          .window_values = options.window_values};
}

features::Framing framing(const StftOptions& options) {
  return {.frame_length = options.n_fft,
          .hop_length = options.hop_length,
          .pad = options.center ? options.n_fft / 2 : 0,
          .pad_mode = options.pad_mode};
}

void GivenSpectra::read(std::size_t first, std::size_t n, std::span<FrameValues> values,
                        std::span<FrameValues> squares) const {
  for (std::size_t bin = 0; bin < n_bins(); ++bin) {
    std::ranges::copy(S_->row(bin).subspan(first, n), values[bin].begin());
    std::fill(values[bin].begin() + static_cast<std::ptrdiff_t>(n), values[bin].end(), 0.0F);
    if (squares.empty()) continue;
    std::ranges::transform(values[bin], squares[bin].begin(), [](float m) { return m * m; });
  }
}

Result<ClipSpectra> spectra_of(std::span<const float> y, const StftOptions& options) {
  return check_stft(y, options).map([&] { return ClipSpectra(y, options); });
}

Result<GivenSpectra> spectra_of(const Matrix<float>& S, const StftOptions& options, Given given) {
  return check_spectrogram(S).map([&] {
    const bool fits = 1 + options.n_fft / 2 == S.n_rows;
    return GivenSpectra(S, fits ? options.n_fft : 2 * (S.n_rows - 1), given);
  });
}

Result<ClipSpectra> magnitudes_of(std::span<const float> y, const StftOptions& options) {
  return spectra_of(y, options);
}

Result<GivenSpectra> magnitudes_of(const Matrix<float>& S, const StftOptions& options) {
  return spectra_of(S, options).and_then([&](const GivenSpectra& spectra) {
    return require(std::ranges::all_of(S.values, [](float value) { return value >= 0; }),
                   "S has a negative value; it must be magnitudes")
        .map([&] { return spectra; });
  });
}

}  // namespace genre::librosa
