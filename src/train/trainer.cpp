#include "train/trainer.h"

#include <cmath>

#include "train/network.h"

namespace genre::train {
namespace {

struct Standardisation {
  std::vector<double> mean, std;
};

Standardisation standardise(const Table& table, std::span<const std::size_t> rows) {
  const std::size_t n_features = table.n_features();
  Standardisation s{std::vector<double>(n_features), std::vector<double>(n_features)};
  const auto n = static_cast<double>(rows.size());
  for (std::size_t i = 0; i < table.n_features(); ++i) {
    for (const std::size_t row : rows) s.mean[i] += table.rows[row].features[i] / n;
    for (const std::size_t row : rows) {
      s.std[i] += std::pow(table.rows[row].features[i] - s.mean[i], 2) / n;
    }
    s.std[i] = s.std[i] > 0 ? std::sqrt(s.std[i]) : 1.0;  // a constant feature says nothing
  }
  return s;
}

// [n_rows, n_features], standardised.
torch::Tensor inputs(const Table& table, std::span<const std::size_t> rows,
                     std::span<const double> mean, std::span<const double> std) {
  auto x = torch::empty(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(table.n_features())});
  auto* value = x.data_ptr<float>();
  for (const std::size_t row : rows) {
    for (std::size_t i = 0; i < table.n_features(); ++i) {
      *value++ = static_cast<float>((table.rows[row].features[i] - mean[i]) / std[i]);
    }
  }
  return x;
}

torch::Tensor targets(const Table& table, std::span<const std::size_t> rows) {
  auto y = torch::empty({static_cast<std::int64_t>(rows.size())}, torch::kInt64);
  auto* value = y.data_ptr<std::int64_t>();
  for (const std::size_t row : rows) *value++ = static_cast<std::int64_t>(table.rows[row].label);
  return y;
}

double train_epoch(SeedNetwork& network, torch::optim::Adam& adam, const torch::Tensor& x,
                   const torch::Tensor& y, std::size_t batch_size, std::uint64_t seed) {
  std::vector<std::size_t> order(static_cast<std::size_t>(x.size(0)));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  shuffle(order, seed);
  const std::vector<std::int64_t> indices(order.begin(), order.end());
  const auto permutation = torch::tensor(indices);

  network.train();
  double loss_sum = 0;
  for (std::size_t at = 0; at < order.size(); at += batch_size) {
    const auto end = std::min(at + batch_size, order.size());
    const auto batch =
        permutation.slice(0, static_cast<std::int64_t>(at), static_cast<std::int64_t>(end));
    adam.zero_grad();
    const auto loss = torch::nn::functional::cross_entropy(
        network.forward(x.index_select(0, batch)), y.index_select(0, batch));
    loss.backward();
    adam.step();
    loss_sum += loss.item<double>() * static_cast<double>(end - at);
  }
  return loss_sum / static_cast<double>(order.size());
}

double accuracy(SeedNetwork& network, const torch::Tensor& x, const torch::Tensor& y) {
  const torch::NoGradGuard no_grad;
  network.eval();
  return network.forward(x).argmax(1).eq(y).to(torch::kDouble).mean().item<double>();
}

}  // namespace

Training train_network(const Table& table, const Split& split, const TrainOptions& options,
                       const EpochCallback& on_epoch) {
  // Layers this small lose time when spread over threads; on one, sums also have a fixed order.
  at::set_num_threads(1);
  torch::manual_seed(options.seed);
  const auto [mean, std] = standardise(table, split.train);
  const auto x = inputs(table, split.train, mean, std), y = targets(table, split.train);
  const auto validation_x = inputs(table, split.validation, mean, std);
  const auto validation_y = targets(table, split.validation);

  SeedNetwork network(table.n_features(), table.labels.size());
  torch::optim::Adam adam(network.parameters(), options.learning_rate);
  Training training;
  double best_accuracy = -1;
  for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch) {
    const double loss =
        train_epoch(network, adam, x, y, options.batch_size, options.seed * 1'000'003 + epoch);
    const double validation = accuracy(network, validation_x, validation_y);
    training.last = {epoch, mean, std, network.layers()};
    if (validation > best_accuracy) {
      best_accuracy = validation;
      training.best = training.last;
    }
    if (!on_epoch({epoch, loss, validation, best_accuracy})) break;
  }
  return training;
}

std::vector<float> predict(const TrainedNetwork& network, const Table& table,
                           std::span<const std::size_t> rows) {
  const torch::NoGradGuard no_grad;
  auto x = inputs(table, rows, network.mean, network.std);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const auto weights = torch::tensor(layer.weights)
                             .reshape({static_cast<std::int64_t>(layer.n_out),
                                       static_cast<std::int64_t>(layer.n_in)});
    x = torch::linear(i == 0 ? x : torch::relu(x), weights, torch::tensor(layer.bias));
  }
  x = torch::softmax(x, 1).contiguous();
  return {x.data_ptr<float>(), x.data_ptr<float>() + x.numel()};
}

}  // namespace genre::train
