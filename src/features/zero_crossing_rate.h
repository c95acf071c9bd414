// librosa.feature.zero_crossing_rate (frame_length 2048, hop_length 512, center=True).
#pragma once

#include <span>

namespace genre::features {

// The mean over the frames of a clip of the fraction of samples whose sign differs from the
// previous sample. y: the clip without padding. librosa pads it here by repeating its first and
// last sample, in every pad mode.
[[nodiscard]] double zero_crossing_rate_mean(std::span<const float> y);

}  // namespace genre::features
