// A network trained under a named protocol, with its metrics.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "dataset/split.h"
#include "evaluate/metrics.h"
#include "genre/result.h"
#include "train/learner.h"
#include "train/none_head.h"

namespace genre::train {

struct Experiment {
  std::string protocol;
  Fit fit;
  evaluate::Metrics validation;           // optimistic: these clips were used to choose the network
  std::optional<evaluate::Metrics> test;  // of clips that were used for nothing else
  Rows learned;                           // the rows that the network was trained on, or chosen by
  std::size_t n_known = 0;  // tracks of the test part, or of the validation part without one, whose
                            // audio the network that predicts them has learned
  std::vector<evaluate::Metrics> by_data_set;  // of the same clips; empty if there is only one
  // Only if the validation clips are of groups, and of sources if these are known, that the network
  // did not learn: other clips promise what does not hold for new music.
  std::optional<ConfidentThresholds> confident;
  // On the test part, or on the validation part without one.
  std::optional<evaluate::ConfidentMetrics> confidence;
  // Tracks of none of the genres (Table::others) that the network is confident of; also without
  // the head none of these, if there is one.
  std::optional<evaluate::ConfidentMetrics::Count> others, others_without_head;
  std::optional<NoneHead> none;  // its layer is fit.network.none
};

// Trains on split.train and split.validation, and tests once, on split.test.
[[nodiscard]] Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                                           const dataset::Split& split, const TrainOptions& options,
                                           const ProgressCallback& on_progress);

// Tests each of n_folds folds (of whole units) with a network trained on the others. The resulting
// network is trained on all folds, so it should be at least as good. If on_progress stops it, the
// result is an error (kBadTable): some of the folds do not give the accuracy on all the data.
[[nodiscard]] Result<Experiment> run_k_fold(const std::string& protocol,
                                            const dataset::Table& table, std::size_t n_folds,
                                            dataset::Unit unit, const TrainOptions& options,
                                            const ProgressCallback& on_progress);

}  // namespace genre::train
