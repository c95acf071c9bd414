// The spectra of a clip, sixteen frames at a time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "features/frames.h"
#include "features/spectrogram.h"
#include "genre/librosa.h"

namespace genre::librosa {

using features::FrameValues;
using features::kBlockFrames;

[[nodiscard]] features::FftParameters fft_parameters(const StftOptions& options);
[[nodiscard]] features::Framing framing(const StftOptions& options);

// The magnitudes and powers of a block of frames.
struct SpectraBlock {
  std::size_t first, n;                           // frames [first, first + n) of the clip
  std::span<const FrameValues> magnitude, power;  // [n_bins]
};

// Calls f(SpectraBlock) for each block of the clip. Spectra are computed in double precision and
// rounded as in librosa: logarithms, roll-offs and peaks depend on the last bits of faint bins.
// The options must be valid. Returns the number of frames.
template <class F>
std::size_t for_each_block(std::span<const float> y, const StftOptions& options, const F& f) {
  const features::ClipFrames frames(y, framing(options));
  features::Spectrogram spectrogram(fft_parameters(options), features::Precision::kDouble);
  std::vector<FrameValues> magnitude(spectrogram.n_bins()), power(spectrogram.n_bins());
  for (std::size_t first = 0; first < frames.size(); first += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, frames.size() - first);
    spectrogram.compute(frames, first, n, magnitude, power);
    f(SpectraBlock{.first = first, .n = n, .magnitude = magnitude, .power = power});
  }
  return frames.size();
}

[[nodiscard]] std::size_t frame_count(std::span<const float> y, const StftOptions& options);

// Copies the first block.n values to the columns of the block in a row of a matrix.
inline void copy_to(std::span<float> row, const SpectraBlock& block, const FrameValues& values) {
  std::copy_n(values.begin(), block.n, row.begin() + static_cast<std::ptrdiff_t>(block.first));
}

}  // namespace genre::librosa
