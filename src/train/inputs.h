// Rows of a table as the input of a network.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "dataset/table.h"

namespace genre::train {

// [n_rows, n_features], row-major, standardised: (x - mean) / std.
[[nodiscard]] std::vector<float> standardised(const dataset::Table& table,
                                              std::span<const std::size_t> rows,
                                              std::span<const double> mean,
                                              std::span<const double> std);

}  // namespace genre::train
