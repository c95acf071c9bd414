#include "pretrained/keras.h"

namespace genre::pretrained {

std::vector<float> transposed(std::span<const float> matrix, std::size_t n_columns) {
  const std::size_t n_rows = matrix.size() / n_columns;
  std::vector<float> result(matrix.size());
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    result[i % n_columns * n_rows + i / n_columns] = matrix[i];
  }
  return result;
}

Dense take_dense(Weights& weights, const BatchNorm& norm, std::size_t n_out) {
  const std::size_t n_in = norm.scale.size();
  const auto kernel = weights.take(n_in * n_out);  // [n_in, n_out]
  const auto bias = weights.take(n_out);
  Dense dense{.weights = transposed(kernel, n_out), .bias = {}};
  for (std::size_t out = 0; out < n_out; ++out) {
    double sum = bias[out];
    for (std::size_t in = 0; in < n_in; ++in) {
      float& weight = dense.weights[out * n_in + in];
      sum += norm.shift[in] * weight;
      weight = static_cast<float>(norm.scale[in] * weight);
    }
    dense.bias.push_back(static_cast<float>(sum));
  }
  return dense;
}

}  // namespace genre::pretrained
