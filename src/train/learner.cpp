#include "train/learner.h"

#include "train/calibration.h"
#include "train/lda.h"

namespace genre::train {

void Fit::pool(const dataset::Table& table) {
  const double correlation = fit_window_correlation(validation_predictions, table, validation);
  network.window_correlation = correlation;
  validation_predictions.window_correlation = correlation;
}

std::unique_ptr<Learner> make_learner(const dataset::Table& table, Folds folds,
                                      const TrainOptions& options) {
  if (options.method == Method::kLda) {
    return std::make_unique<LdaLearner>(table, std::move(folds), options);
  }
  return options.make_dense(table, std::move(folds), options);
}

}  // namespace genre::train
