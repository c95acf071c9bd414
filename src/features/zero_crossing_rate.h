// librosa.feature.zero_crossing_rate (frame_length 2048, hop_length 512, center=True).
#pragma once

#include <span>

namespace genre::features {

// Mean over the clip's frames of the fraction of samples whose sign differs from the one before.
// y: the clip itself, not padded: librosa extends it by repeating its first and last sample, in
// every pad mode.
[[nodiscard]] double zero_crossing_rate_mean(std::span<const float> y);

}  // namespace genre::features
