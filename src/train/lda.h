// Linear discriminant analysis: a Gaussian per genre with a shared covariance, which is shrunk
// towards a multiple of the identity (Friedman 1989; scikit-learn's LinearDiscriminantAnalysis with
// solver "lsqr"). It has a closed form, so cross-validation within the training data is cheap. The
// cross-validation chooses the shrinkage, any value from 0.01 to 0.95, and fits the temperature.
#pragma once

#include <memory>

#include "train/learner.h"

namespace genre::train {

class LdaLearner : public Learner {
 public:
  LdaLearner(const dataset::Table& table, Folds folds, const TrainOptions& options);
  ~LdaLearner() override;

  // The validation certainties of each fold come from a network trained on the other folds.
  [[nodiscard]] Fit fit(std::span<const std::size_t> folds,
                        const ProgressCallback& on_progress) override;
  void add_learning_curve(std::span<const std::size_t> folds, Fit& fit) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::train
