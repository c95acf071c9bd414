// Detects frames whose features need a double-precision FFT, as in librosa.
#pragma once

#include <span>

#include "features/constants.h"

namespace genre::features {

// Whether the features of a frame depend on the last bits of the FFT. The error in single precision
// is about 1e-8 of the maximum magnitude. If most of the spectrum is below that (pure tones), the
// error would increase the bandwidth. If adjacent bins are equal (the flat spectrum of an impulse),
// it would create peaks that change the tuning. This is rare in recorded music. magnitude:
// [n_bins].
[[nodiscard]] bool needs_double_precision(std::span<const float, kNBins> magnitude);

}  // namespace genre::features
