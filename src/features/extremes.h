// The smallest and largest values of each frame of a block.
#pragma once

#include <span>

#include "features/block.h"

namespace genre::features {

// rows: [n_rows]. Of each frame, lowest becomes its lowest.size() smallest values in ascending
// order, and highest its highest.size() largest values in descending order. Both have at most
// n_rows rows. The time grows with their sizes: for many values, sort instead. No value is NaN.
void find_extremes(std::span<const FrameValues> rows, std::span<FrameValues> lowest,
                   std::span<FrameValues> highest);

}  // namespace genre::features
