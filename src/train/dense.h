// The seed network, trained with Adam. The result is the epoch with the best validation accuracy
// (the first one, if several are equal).
#pragma once

#include "train/learner.h"

namespace genre::train {

class DenseLearner : public Learner {
 public:
  DenseLearner(const dataset::Table& table, Folds folds, const TrainOptions& options);

  // The last fold is the validation part.
  [[nodiscard]] Fit fit(std::span<const std::size_t> folds,
                        const ProgressCallback& on_progress) override;
  void add_learning_curve(std::span<const std::size_t>, Fit&) override {}  // fit() records it

 private:
  const dataset::Table& table_;
  Folds folds_;
  TrainOptions options_;
};

// A LearnerFactory.
[[nodiscard]] std::unique_ptr<Learner> make_dense(const dataset::Table& table, Folds folds,
                                                  const TrainOptions& options);

}  // namespace genre::train
