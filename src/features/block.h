// Sixteen frames side by side. As in librosa's arrays time is the contiguous axis, so that a kernel
// is a loop over bins or bands whose vector lanes are frames: it needs no horizontal sums and no
// tails, and it adds up in numpy's order.
#pragma once

#include <array>
#include <cstddef>

namespace genre::features {

inline constexpr std::size_t kBlockFrames = 16;

// One value for each frame of a block.
using FrameValues = std::array<float, kBlockFrames>;

// Row-major [n_rows, kBlockFrames].
template <std::size_t n_rows>
struct alignas(64) Block {
  std::array<FrameValues, n_rows> rows;
};

}  // namespace genre::features
