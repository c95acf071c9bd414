// Audio files made in memory, for tests.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace genre::test {

// Encodes interleaved samples; format: libsndfile's SF_FORMAT_* bits.
[[nodiscard]] std::vector<std::byte> encode(std::span<const float> interleaved, int sample_rate,
                                            int format, int channels = 1);

// Mono MP3 of variable bit rate.
[[nodiscard]] std::vector<std::byte> encode_vbr_mp3(std::span<const float> y, int sample_rate);

// 16-bit PCM WAV, mono.
[[nodiscard]] std::vector<std::byte> encode_wav(std::span<const float> y, int sample_rate = 22050);

// amplitude * sin(2 pi hz t), [seconds * sample_rate].
[[nodiscard]] std::vector<float> sine(double hz, double seconds, int sample_rate = 22050,
                                      double amplitude = 0.5);

}  // namespace genre::test
