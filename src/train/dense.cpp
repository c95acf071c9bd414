#include "train/dense.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "dataset/split.h"
#include "train/calibration.h"
#include "train/folds.h"
#include "train/network.h"
#include "train/tensors.h"

namespace genre::train {
namespace {

struct Standardisation {
  std::vector<double> mean, std;
};

Standardisation standardise(const dataset::Table& table, std::span<const std::size_t> rows) {
  const std::size_t n_features = table.n_features();
  Standardisation s{std::vector<double>(n_features), std::vector<double>(n_features)};
  const auto n = static_cast<double>(rows.size());
  for (std::size_t i = 0; i < n_features; ++i) {
    for (const std::size_t row : rows) s.mean[i] += table.rows[row].features[i] / n;
    for (const std::size_t row : rows) {
      s.std[i] += std::pow(table.rows[row].features[i] - s.mean[i], 2) / n;
    }
    s.std[i] = s.std[i] > 0 ? std::sqrt(s.std[i]) : 1.0;  // of a constant feature
  }
  return s;
}

double train_epoch(SeedNetwork& network, torch::optim::Adam& adam, const torch::Tensor& x,
                   const torch::Tensor& y, const torch::Tensor& weights, std::size_t batch_size,
                   std::uint64_t seed) {
  // Not LibTorch's shuffle, because it may change between versions.
  std::vector<std::size_t> order(static_cast<std::size_t>(x.size(0)));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  dataset::shuffle(order, seed);
  const std::vector<std::int64_t> indices(order.begin(), order.end());
  const auto permutation = torch::tensor(indices);
  const auto loss_options =
      torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone);

  network.train();
  double loss_sum = 0;
  for (std::size_t at = 0; at < order.size(); at += batch_size) {
    const auto end = std::min(at + batch_size, order.size());
    const auto batch =
        permutation.slice(0, static_cast<std::int64_t>(at), static_cast<std::int64_t>(end));
    adam.zero_grad();
    const auto losses = torch::nn::functional::cross_entropy(
        network.forward(x.index_select(0, batch)), y.index_select(0, batch), loss_options);
    const auto weight = weights.index_select(0, batch);
    const auto loss = (losses * weight).sum() / weight.sum();
    loss.backward();
    adam.step();
    loss_sum += loss.item<double>() * static_cast<double>(end - at);
  }
  return loss_sum / static_cast<double>(order.size());
}

struct Score {
  double loss, accuracy;
};

Score score(SeedNetwork& network, const torch::Tensor& x, const torch::Tensor& y) {
  const torch::NoGradGuard no_grad;
  network.eval();
  const auto logits = network.forward(x);
  return {torch::nn::functional::cross_entropy(logits, y).item<double>(),
          logits.argmax(1).eq(y).to(torch::kDouble).mean().item<double>()};
}

}  // namespace

DenseLearner::DenseLearner(const dataset::Table& table, Folds folds, const TrainOptions& options)
    : table_(table), folds_(std::move(folds)), options_(options) {}

Fit DenseLearner::fit(std::span<const std::size_t> folds, const ProgressCallback& on_progress) {
  // Layers this small are slower on several threads. One thread also adds in a fixed order, so that
  // results are reproducible.
  at::set_num_threads(1);
  torch::manual_seed(options_.seed);
  const std::vector<std::size_t> others = other_folds(folds_, folds);
  std::vector<std::size_t> held_out = others;
  held_out.push_back(folds.back());
  const Rows train = rows_to_use(folds_, folds.first(folds.size() - 1), held_out);
  Fit fit;
  fit.n_train = dataset::originals(table_, train).size();
  fit.validation = dataset::originals(table_, rows_to_use(folds_, folds.last(1), others));
  fit.curve.step = "epoch";

  const auto [mean, std] = standardise(table_, train);
  const auto x = inputs(table_, train, mean, std), y = targets(table_, train);
  const auto validation_x = inputs(table_, fit.validation, mean, std);
  const auto validation_y = targets(table_, fit.validation);
  const auto weights = row_weights(table_, train);

  SeedNetwork network(table_.n_features(), table_.labels.size());
  torch::optim::Adam adam(network.parameters(), options_.learning_rate);
  double best_accuracy = -1;
  std::size_t best_epoch = 0;
  for (std::size_t epoch = 1; epoch <= options_.epochs; ++epoch) {
    const double loss = train_epoch(network, adam, x, y, weights, options_.batch_size,
                                    options_.seed * 1'000'003 + epoch);
    const Score validation = score(network, validation_x, validation_y);
    fit.curve.points.push_back(
        {static_cast<double>(epoch), loss, validation.loss, validation.accuracy});
    // The weights are copied out at once: later epochs overwrite those of the network.
    if (validation.accuracy > best_accuracy) {
      best_accuracy = validation.accuracy;
      best_epoch = epoch;
      fit.network = {mean, std, network.layers()};
    }
    const bool keep_training =
        on_progress({"epoch", epoch, options_.epochs,
                     fmt::format("loss {:.3f}  validation {:.1f} %  best {:.1f} %", loss,
                                 100 * validation.accuracy, 100 * best_accuracy)});
    if (!keep_training || (options_.patience > 0 && epoch - best_epoch >= options_.patience)) break;
  }
  const auto raw = logits(fit.network, table_, fit.validation);
  fit.temperature = fit_temperature(raw, table_, fit.validation);
  fit.network = scaled(std::move(fit.network), fit.temperature);
  fit.validation_predictions = predict_rows(fit.network, table_, fit.validation);
  fit.pool(table_);
  fit.chosen = {{"best_epoch", static_cast<double>(best_epoch)}};
  return fit;
}

std::unique_ptr<Learner> make_dense(const dataset::Table& table, Folds folds,
                                    const TrainOptions& options) {
  return std::make_unique<DenseLearner>(table, std::move(folds), options);
}

}  // namespace genre::train
