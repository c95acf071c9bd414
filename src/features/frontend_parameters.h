// The parameters of a front end's parts. The parameters must be valid (genre::validate).
#pragma once

#include "features/fft.h"
#include "features/frames.h"
#include "features/mel.h"
#include "genre/frontend.h"

namespace genre::features {

[[nodiscard]] FftParameters fft_parameters(const FrontendParameters& parameters);
[[nodiscard]] Framing framing(const FrontendParameters& parameters);
[[nodiscard]] double fmax_of(const FrontendParameters& parameters);  // Hz
[[nodiscard]] MelParameters mel_parameters(const FrontendParameters& parameters);

}  // namespace genre::features
