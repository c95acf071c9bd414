#include "train/trained_network.h"

#include <Eigen/Core>
#include <numeric>

#include "train/calibration.h"
#include "train/inputs.h"

namespace genre::train {
namespace {

// One column per row of the table: the same memory layout as the row-major result of
// standardised().
using Columns = Eigen::MatrixXf;

Columns input_columns(const TrainedNetwork& network, const dataset::Table& table,
                      std::span<const std::size_t> rows) {
  const std::vector<float> x = standardised(table, rows, network.mean, network.std);
  return Eigen::Map<const Columns>(x.data(), static_cast<Eigen::Index>(network.mean.size()),
                                   static_cast<Eigen::Index>(rows.size()));
}

// x: [n_features, n_rows]. Returns logits, [n_labels, n_rows].
Columns forward(const TrainedNetwork& network, Columns x) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  // eval(): Eigen must not write to x while it still reads it.
  for (const Layer& layer : network.layers) {
    const auto n_in = static_cast<Eigen::Index>(layer.n_in);
    const auto n_out = static_cast<Eigen::Index>(layer.n_out);
    const Eigen::Map<const RowMajor> weights(layer.weights.data(), n_out, n_in);
    const Eigen::Map<const Eigen::VectorXf> bias(layer.bias.data(), n_out);
    if (&layer != network.layers.data()) x = x.cwiseMax(0.0F).eval();
    x = ((weights * x).colwise() + bias).eval();
  }
  return x;
}

std::vector<float> none_logits(const Layer& none, const dataset::Table& table,
                               std::span<const std::size_t> rows) {
  std::vector<float> all;
  for (const std::size_t row : rows) {
    const std::vector<float>& x = table.rows[row].features;
    const double product = std::inner_product(x.begin(), x.end(), none.weights.begin(), 0.0);
    all.push_back(static_cast<float>(product + none.bias[0]));
  }
  return all;
}

std::vector<float> to_vector(const Columns& columns) {
  return {columns.data(), columns.data() + columns.size()};
}

}  // namespace

std::vector<float> logits(const TrainedNetwork& network, const dataset::Table& table,
                          std::span<const std::size_t> rows) {
  return to_vector(forward(network, input_columns(network, table, rows)));
}

evaluate::Predictions predict_rows(const TrainedNetwork& network, const dataset::Table& table,
                                   std::span<const std::size_t> rows) {
  Columns x = input_columns(network, table, rows);
  const Eigen::RowVectorXf novelty = x.array().square().colwise().mean();
  const std::vector<float> outputs = to_vector(forward(network, std::move(x)));
  return {softmax(outputs, network.layers.back().n_out, /*temperature=*/1),
          {novelty.data(), novelty.data() + novelty.size()},
          network.window_correlation,
          network.none ? none_logits(*network.none, table, rows) : std::vector<float>()};
}

TrainedNetwork scaled(TrainedNetwork network, double temperature) {
  Layer& last = network.layers.back();
  for (float& weight : last.weights) weight = static_cast<float>(weight / temperature);
  for (float& bias : last.bias) bias = static_cast<float>(bias / temperature);
  return network;
}

}  // namespace genre::train
