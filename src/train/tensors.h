// Rows of a table as tensors.
#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <span>
#include <vector>

#include "dataset/table.h"

namespace genre::train {

// [n_rows, n_features], standardised: (x - mean) / std.
[[nodiscard]] torch::Tensor inputs(const dataset::Table& table, std::span<const std::size_t> rows,
                                   std::span<const double> mean, std::span<const double> std);

// The rows' labels, [n_rows], int64.
[[nodiscard]] torch::Tensor targets(const dataset::Table& table, std::span<const std::size_t> rows);

// The rows' weights, [n_rows].
[[nodiscard]] torch::Tensor row_weights(const dataset::Table& table,
                                        std::span<const std::size_t> rows);

// A tensor of floats, row-major.
[[nodiscard]] std::vector<float> to_vector(const torch::Tensor& tensor);

}  // namespace genre::train
