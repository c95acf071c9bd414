#include "train/experiment.h"

namespace genre::train {
namespace {

Evaluation evaluate(const TrainedNetwork& network, const Table& table, const Split& split) {
  const auto metrics_of = [&](std::span<const std::size_t> rows) {
    return evaluate(table, rows, predict(network, table, rows));
  };
  Evaluation evaluation{
      .epoch = network.epoch, .validation = metrics_of(split.validation), .test = {}};
  if (!split.test.empty()) evaluation.test = metrics_of(split.test);
  return evaluation;
}

}  // namespace

Experiment run_experiment(const std::string& protocol, const Table& table, const Split& split,
                          const TrainOptions& options, const EpochCallback& on_epoch) {
  Training training = train_network(table, split, options, on_epoch);
  return {.protocol = protocol,
          .n_train = split.train.size(),
          .network = training.best,
          .best = evaluate(training.best, table, split),
          .last = evaluate(training.last, table, split)};
}

}  // namespace genre::train
