// Where single precision is not enough to agree with librosa, whose FFT is in double precision.
#pragma once

#include <span>

#include "features/constants.h"

namespace genre::features {

// Whether a frame's features hinge on the last bits of a single-precision FFT, whose error is about
// 1e-8 of the frame's greatest magnitude: where wide parts of the spectrum lie below that and
// little above it (pure tones), it would widen the bandwidth; where neighbouring bins are equal (an
// impulse's flat spectrum), it would invent peaks and with them another tuning. Recorded music
// hardly ever needs it.
// magnitude: [n_bins].
[[nodiscard]] bool needs_double_precision(std::span<const float, kNBins> magnitude);

}  // namespace genre::features
