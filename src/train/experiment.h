// A network trained under a named protocol, and how good it turned out.
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
  evaluate::Metrics validation;           // by which something was chosen: on the bright side
  std::optional<evaluate::Metrics> test;  // of clips that chose nothing, if the protocol has such
  ConfidentThresholds confident;
  evaluate::ConfidentMetrics confidence;  // on the test part, or where there is none in validation
};

// Trains on split.train and split.validation, and is tested, once, on split.test.
[[nodiscard]] Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                                           const dataset::Split& split, const TrainOptions& options,
                                           const ProgressCallback& on_progress);

// Each of n_folds parts (by groups) is tested by a network of the others; the network that comes of
// it is one of all parts, which is at least as good. Stopped by on_progress, it is an error
// (kBadTable): half a cross-validation says nothing.
[[nodiscard]] Result<Experiment> run_k_fold(const std::string& protocol,
                                            const dataset::Table& table, std::size_t n_folds,
                                            const TrainOptions& options,
                                            const ProgressCallback& on_progress);

}  // namespace genre::train
