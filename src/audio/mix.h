// Mixes and checks decoded samples before resampling.
#pragma once

#include <span>

namespace genre::audio {

// The mean of the channels (librosa.to_mono). interleaved: [mono.size(), n_channels].
void mix_to_mono(std::span<const float> interleaved, std::span<float> mono);

// Whether all samples are finite, with magnitudes of at most kMaxSample.
[[nodiscard]] bool within_audio_levels(std::span<const float> y);

}  // namespace genre::audio
