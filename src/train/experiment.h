// A network trained under a named protocol, and how good it turned out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "evaluate/metrics.h"
#include "train/trainer.h"

namespace genre::train {

struct Evaluation {
  std::size_t epoch = 0;
  Metrics validation;
  std::optional<Metrics> test;  // if the split has a test part
};

struct Experiment {
  std::string protocol;
  std::size_t n_train = 0;  // clips
  TrainedNetwork network;   // of the best epoch by validation accuracy
  Evaluation best;          // of that network: its validation figure is on the bright side
  Evaluation last;          // after the last epoch, which was chosen by nothing
};

[[nodiscard]] Experiment run_experiment(const std::string& protocol, const Table& table,
                                        const Split& split, const TrainOptions& options,
                                        const EpochCallback& on_epoch);

}  // namespace genre::train
