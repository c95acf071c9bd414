// What the benchmarks work on: the first three seconds of an audio file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace genre::bench {

inline constexpr double kClipSeconds = 3.0;

// Reads the clip. Throws std::runtime_error where it is no audio or too short.
void read_clip(const std::string& path);

// Mono at 22050 Hz.
[[nodiscard]] std::span<const float> clip();

// The clip again and again.
[[nodiscard]] std::vector<float> song(double seconds);

// 16-bit WAV files of the clip, the second one with a little noise, as a recording has it above
// 11 kHz.
[[nodiscard]] std::vector<std::byte> wav_22050_mono(double seconds = kClipSeconds);
[[nodiscard]] std::vector<std::byte> wav_44100_stereo();

// Mono at 44100 Hz.
[[nodiscard]] std::vector<float> clip_at_44100();

}  // namespace genre::bench
