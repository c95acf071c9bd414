// librosa's defaults, used by all features.
#pragma once

#include <cstddef>

#include "genre/features.h"

namespace genre::features {

inline constexpr std::size_t kNFft = 2048;
inline constexpr std::size_t kHopLength = 512;
inline constexpr std::size_t kNBins = 1 + kNFft / 2;  // of one spectrum
inline constexpr std::size_t kNMels = 128;
inline constexpr std::size_t kNMfcc = 20;
inline constexpr std::size_t kNChroma = 12;

// The number of frames of a centered clip (librosa.stft with center=True).
[[nodiscard]] constexpr std::size_t frame_count(std::size_t n_samples) {
  return 1 + n_samples / kHopLength;
}

// librosa.fft_frequencies, in Hz.
[[nodiscard]] constexpr double fft_frequency(std::size_t bin) {
  return static_cast<double>(bin) * kSampleRate / kNFft;
}

// librosa.util.normalize does not scale float32 frames below this (numpy.finfo(float32).tiny).
inline constexpr float kTiny = 1.17549435e-38F;

}  // namespace genre::features
