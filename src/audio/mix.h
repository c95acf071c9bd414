// Mixes and checks decoded samples before resampling.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace genre::audio {

// The mean of the channels (librosa.to_mono). interleaved: [mono.size(), n_channels].
void mix_to_mono(std::span<const float> interleaved, std::span<float> mono);

// If the channels cancel each other in this block: the strongest channel, which is to be used
// instead of the mean; else nothing. The mean of n unrelated channels has the sum of their energies
// divided by n^2; with less than a twentieth of that, they cancel each other. previous: the result
// for the block before. If it was a channel, a quarter is enough, and that channel stays unless
// another one has twice its energy: a change in the middle of the music would be audible.
// interleaved: [n_frames, n_channels]; mono: their mean.
[[nodiscard]] std::optional<std::size_t> channel_if_opposite(std::span<const float> interleaved,
                                                             std::span<const float> mono,
                                                             std::optional<std::size_t> previous);

// Copies a channel to mono. interleaved: [mono.size(), n_channels].
void take_channel(std::span<const float> interleaved, std::size_t channel, std::span<float> mono);

// Whether all samples are finite, with magnitudes of at most kMaxSample.
[[nodiscard]] bool within_audio_levels(std::span<const float> y);

}  // namespace genre::audio
