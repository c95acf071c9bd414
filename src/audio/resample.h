// Sample-rate conversion of samples that are in memory.
#pragma once

#include <span>
#include <vector>

namespace genre::audio {

// The length is that of librosa.resample. y: at sr_in (Hz).
[[nodiscard]] std::vector<float> resample(std::span<const float> y, int sr_in, int sr_out);

}  // namespace genre::audio
