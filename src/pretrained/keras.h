// The weights of Keras' layers in the order of ONNX.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pretrained/weights.h"

namespace genre::pretrained {

// A matrix [n_rows, n_columns] as [n_columns, n_rows].
[[nodiscard]] std::vector<float> transposed(std::span<const float> matrix, std::size_t n_columns);

// A fully connected layer.
struct Dense {
  std::vector<float> weights;  // [n_out, n_in]
  std::vector<float> bias;     // [n_out]
};

// The next numbers: the kernel [n_in, n_out] and the bias of a layer whose input is the output of
// `norm`, which is folded into it.
[[nodiscard]] Dense take_dense(Weights& weights, const BatchNorm& norm, std::size_t n_out);

}  // namespace genre::pretrained
