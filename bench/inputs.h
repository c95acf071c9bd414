// The input of the benchmarks: the first three seconds of an audio file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace genre::bench {

inline constexpr double kClipSeconds = 3.0;

// Reads the clip. Throws std::runtime_error if the file is not audio or too short.
void read_clip(const std::string& path);

// Mono at 22050 Hz.
[[nodiscard]] std::span<const float> clip();

// The clip, repeated.
[[nodiscard]] std::vector<float> song(double seconds);

// 16-bit WAV files of the repeated clip and of the clip. The second one has a little noise, because
// a recording has content above 11 kHz.
[[nodiscard]] std::vector<std::byte> wav_22050_mono(double seconds = kClipSeconds);
[[nodiscard]] std::vector<std::byte> wav_44100_stereo();

// Mono at 44100 Hz.
[[nodiscard]] std::vector<float> clip_at_44100();

}  // namespace genre::bench
