#include "train/tensors.h"

namespace genre::train {

torch::Tensor inputs(const dataset::Table& table, std::span<const std::size_t> rows,
                     std::span<const double> mean, std::span<const double> std) {
  auto x = torch::empty(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(mean.size())});
  auto* value = x.data_ptr<float>();
  for (const std::size_t row : rows) {
    const std::vector<float>& features = table.rows[row].features;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      *value++ = static_cast<float>((features[i] - mean[i]) / std[i]);
    }
  }
  return x;
}

torch::Tensor targets(const dataset::Table& table, std::span<const std::size_t> rows) {
  auto y = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kInt64);
  auto* value = y.data_ptr<std::int64_t>();
  for (const std::size_t row : rows) *value++ = static_cast<std::int64_t>(table.rows[row].label);
  return y;
}

std::vector<float> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

}  // namespace genre::train
