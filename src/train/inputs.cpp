#include "train/inputs.h"

namespace genre::train {

std::vector<float> standardised(const dataset::Table& table, std::span<const std::size_t> rows,
                                std::span<const double> mean, std::span<const double> std) {
  std::vector<float> x;
  x.reserve(rows.size() * mean.size());
  for (const std::size_t row : rows) {
    const std::vector<float>& features = table.rows[row].features;
    for (std::size_t i = 0; i < mean.size(); ++i) {
      x.push_back(static_cast<float>((features[i] - mean[i]) / std[i]));
    }
  }
  return x;
}

}  // namespace genre::train
