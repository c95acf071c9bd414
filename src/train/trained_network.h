// The result of training: a feed-forward network with standardised inputs.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"

namespace genre::train {

// One dense layer: y = weights x + bias.
struct Layer {
  std::size_t n_in = 0, n_out = 0;
  std::vector<float> weights;  // [n_out, n_in], row-major
  std::vector<float> bias;     // [n_out]
};

// Inputs are standardised, (x - mean) / std, before the first layer. A ReLU follows each layer but
// the last, which is followed by a softmax.
struct TrainedNetwork {
  std::vector<double> mean, std;  // [n_features], of the training rows
  std::vector<Layer> layers;
  std::optional<double> window_correlation = {};  // for pooling the clips of a track
  std::optional<Layer> none = {};  // one logit from inputs that are not standardised: NoneHead
};

// [n_rows, n_labels], row-major.
[[nodiscard]] std::vector<float> logits(const TrainedNetwork& network, const dataset::Table& table,
                                        std::span<const std::size_t> rows);

// The softmax of the logits, the mean squares of the standardised features, and the logits of none
// of these, if the network has them.
[[nodiscard]] evaluate::Predictions predict_rows(const TrainedNetwork& network,
                                                 const dataset::Table& table,
                                                 std::span<const std::size_t> rows);

// The network with its logits divided by temperature.
[[nodiscard]] TrainedNetwork scaled(TrainedNetwork network, double temperature);

}  // namespace genre::train
