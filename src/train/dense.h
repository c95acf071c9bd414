// The seed network, trained by Adam; the epoch with the best validation accuracy stands (the
// earliest of equals).
#pragma once

#include "train/learner.h"

namespace genre::train {

class DenseLearner : public Learner {
 public:
  DenseLearner(const dataset::Table& table, std::vector<Rows> folds, const TrainOptions& options);

  // The last of the folds is the validation part.
  [[nodiscard]] Fit fit(std::span<const std::size_t> folds,
                        const ProgressCallback& on_progress) override;

 private:
  const dataset::Table& table_;
  std::vector<Rows> folds_;
  TrainOptions options_;
};

}  // namespace genre::train
