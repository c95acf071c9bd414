#include "librosa/spectra.h"

namespace genre::librosa {

features::FftParameters fft_parameters(const StftOptions& options) {
  return {.n_fft = options.n_fft,
          .win_length = options.win_length == 0 ? options.n_fft : options.win_length,
          .window = options.window};
}

features::Framing framing(const StftOptions& options) {
  return {.frame_length = options.n_fft,
          .hop_length = options.hop_length,
          .pad = options.center ? options.n_fft / 2 : 0,
          .pad_mode = options.pad_mode};
}

std::size_t frame_count(std::span<const float> y, const StftOptions& options) {
  return features::frame_count(y.size(), framing(options));
}

}  // namespace genre::librosa
