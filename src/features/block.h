// A block of sixteen frames. Time is the contiguous axis, as in librosa's arrays: a kernel is a
// loop over bins or bands whose vector lanes are frames. It needs no horizontal sums and no
// remainder loops, and sums in the same order as numpy.
#pragma once

#include <array>
#include <cstddef>

namespace genre::features {

inline constexpr std::size_t kBlockFrames = 16;

// One value per frame of a block. Its alignment is that of the widest vectors, so kernels may use
// aligned loads for the rows of an array or a std::vector.
struct alignas(64) FrameValues : std::array<float, kBlockFrames> {};

// Row-major [n_rows, kBlockFrames].
template <std::size_t n_rows>
struct Block {
  std::array<FrameValues, n_rows> rows;
};

}  // namespace genre::features
