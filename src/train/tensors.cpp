#include "train/tensors.h"

#include "train/inputs.h"

namespace genre::train {

torch::Tensor inputs(const dataset::Table& table, std::span<const std::size_t> rows,
                     std::span<const double> mean, std::span<const double> std) {
  std::vector<float> x = standardised(table, rows, mean, std);
  // from_blob() does not own the vector's memory, so the tensor is copied before x is freed.
  return torch::from_blob(x.data(), {static_cast<std::int64_t>(rows.size()),
                                     static_cast<std::int64_t>(mean.size())})
      .clone();
}

torch::Tensor targets(const dataset::Table& table, std::span<const std::size_t> rows) {
  auto y = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kInt64);
  auto* value = y.data_ptr<std::int64_t>();
  for (const std::size_t row : rows) *value++ = static_cast<std::int64_t>(table.rows[row].label);
  return y;
}

torch::Tensor row_weights(const dataset::Table& table, std::span<const std::size_t> rows) {
  auto weights = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kFloat);
  auto* value = weights.data_ptr<float>();
  for (const std::size_t row : rows) *value++ = table.rows[row].weight;
  return weights;
}

std::vector<float> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace genre::train
