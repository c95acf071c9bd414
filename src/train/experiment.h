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
  evaluate::Metrics validation;           // optimistic: these clips also chose the network
  std::optional<evaluate::Metrics> test;  // of clips that chose nothing, if the protocol has any
  ConfidentThresholds confident;
  evaluate::ConfidentMetrics confidence;  // on the test part, or else on the validation part
};

// Trains on split.train and split.validation, and tests once, on split.test.
[[nodiscard]] Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                                           const dataset::Split& split, const TrainOptions& options,
                                           const ProgressCallback& on_progress);

// Tests each of n_folds parts (of whole groups) with a network trained on the others. The resulting
// network is trained on all parts, so it is at least as good. Stopped by on_progress, it is an
// error (kBadTable): a part of a cross-validation is no accuracy of all the data.
[[nodiscard]] Result<Experiment> run_k_fold(const std::string& protocol,
                                            const dataset::Table& table, std::size_t n_folds,
                                            const TrainOptions& options,
                                            const ProgressCallback& on_progress);

}  // namespace genre::train
