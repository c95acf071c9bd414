// A network trained under a named protocol, with its metrics.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "dataset/split.h"
#include "evaluate/metrics.h"
#include "genre/result.h"
#include "train/learner.h"

namespace genre::train {

struct Experiment {
  std::string protocol;
  Fit fit;
  evaluate::Metrics validation;           // optimistic: these clips were used to choose the network
  std::optional<evaluate::Metrics> test;  // of clips that were used for nothing else
  ConfidentThresholds confident;
  evaluate::ConfidentMetrics confidence;  // on the test part, or on the validation part without one
};

// Trains on split.train and split.validation, and tests once, on split.test.
[[nodiscard]] Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                                           const dataset::Split& split, const TrainOptions& options,
                                           const ProgressCallback& on_progress);

// Tests each of n_folds folds (of whole groups) with a network trained on the others. The resulting
// network is trained on all folds, so it should be at least as good. If on_progress stops it, the
// result is an error (kBadTable): some of the folds do not give the accuracy on all the data.
[[nodiscard]] Result<Experiment> run_k_fold(const std::string& protocol,
                                            const dataset::Table& table, std::size_t n_folds,
                                            const TrainOptions& options,
                                            const ProgressCallback& on_progress);

}  // namespace genre::train
