#include "features/frontend_parameters.h"

namespace genre::features {

FftParameters fft_parameters(const FrontendParameters& p) {
  return {.n_fft = p.n_fft,
          .win_length = p.win_length == 0 ? p.n_fft : p.win_length,
          .window = p.window,
          .periodic = p.periodic,
          .zero_padding = p.zero_padding};
}

Framing framing(const FrontendParameters& p) {
  const std::size_t frame_length = fft_parameters(p).frame_length();
  return {.frame_length = frame_length,
          .hop_length = p.hop_length,
          .pad = p.center ? frame_length / 2 : 0,
          .pad_mode = p.pad_mode};
}

double fmax_of(const FrontendParameters& p) { return p.fmax == 0 ? p.sr / 2.0 : p.fmax; }

MelParameters mel_parameters(const FrontendParameters& p) {
  return {.sr = static_cast<double>(p.sr),
          .n_fft = p.n_fft,
          .n_mels = p.n_mels,
          .fmin = p.fmin,
          .fmax = fmax_of(p),
          .scale = p.mel_scale,
          .slopes = p.mel_slopes,
          .norm = p.norm};
}

}  // namespace genre::features
