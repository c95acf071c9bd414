// Trains the seed network on a split of a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "dataset/split.h"
#include "dataset/table.h"

namespace genre::train {

struct TrainOptions {
  std::size_t epochs = 500;
  std::size_t batch_size = 128;
  double learning_rate = 1e-3;  // of Adam
  std::uint64_t seed = 1;       // of the weights, the dropout and the order of the batches
};

// One dense layer: y = weights x + bias.
struct Layer {
  std::size_t n_in = 0, n_out = 0;
  std::vector<float> weights;  // [n_out, n_in], row-major
  std::vector<float> bias;     // [n_out]
};

// A trained network; inputs are standardised, (x - mean) / std, before its first layer. Between
// layers stands a ReLU, behind the last a softmax.
struct TrainedNetwork {
  std::size_t epoch = 0;          // after which its weights were taken, from 1
  std::vector<double> mean, std;  // [n_features], of the training rows
  std::vector<Layer> layers;
};

struct Training {
  TrainedNetwork best;  // of the epoch with the best validation accuracy (the earliest of equals)
  TrainedNetwork last;  // of the last epoch that was run
};

struct EpochReport {
  std::size_t epoch;                // from 1
  double loss;                      // mean cross-entropy of the training rows
  double validation_accuracy;       // of clips
  double best_validation_accuracy;  // so far
};

// Called after each epoch; false stops the training, the best epoch so far stands.
using EpochCallback = std::function<bool(const EpochReport&)>;

// The same table, split and options give the same networks on the same machine.
[[nodiscard]] Training train_network(const Table& table, const Split& split,
                                     const TrainOptions& options, const EpochCallback& on_epoch);

// Certainties [n_rows, n_labels] of the rows.
[[nodiscard]] std::vector<float> predict(const TrainedNetwork& network, const Table& table,
                                         std::span<const std::size_t> rows);

}  // namespace genre::train
