// Sums over the bins of each frame of a block, in double precision.
#pragma once

#include <array>
#include <span>

#include "features/block.h"

namespace genre::features {

struct SpectralMoments {
  // One value per frame: the sums of the magnitudes times 1, bin and bin^2. alignas: for kernels.
  using Sums = std::array<double, kBlockFrames>;
  alignas(64) Sums sum, first, second;
};

// magnitude: [n_bins].
[[nodiscard]] SpectralMoments spectral_moments(std::span<const FrameValues> magnitude);

}  // namespace genre::features
