#include "train/experiment.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>

#include "train/calibration.h"

namespace genre::train {
namespace {

// For the cross-validation of kLda within the training data.
constexpr std::size_t kInnerFolds = 5;

std::vector<std::size_t> all_except(std::size_t n, std::size_t excluded) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 1; i < n; ++i) indices.push_back((excluded + i) % n);
  return indices;
}

// The folds for a learner. kDense validates on the validation part. kLda cross-validates on both
// parts together.
Result<std::vector<Rows>> folds_of(const dataset::Table& table, const dataset::Split& split,
                                   const TrainOptions& options) {
  if (options.method == Method::kDense) return std::vector<Rows>{split.train, split.validation};
  Rows both = split.train;
  both.insert(both.end(), split.validation.begin(), split.validation.end());
  if (split.apart) return dataset::group_folds(table, both, kInnerFolds, options.seed);
  std::vector<Rows> folds(kInnerFolds);
  for (std::size_t i = 0; i < both.size(); ++i) folds[i % kInnerFolds].push_back(both[i]);
  return folds;
}

Experiment measured(const std::string& protocol, const dataset::Table& table, Fit fit) {
  evaluate::Metrics validation =
      evaluate::evaluate(table, fit.validation, fit.validation_predictions);
  ConfidentThresholds confident = fit_confidence(fit.validation_predictions, table, fit.validation);
  const evaluate::ConfidentMetrics confidence =
      evaluate::evaluate_confidence(table, fit.validation, fit.validation_predictions, confident);
  return {.protocol = protocol,
          .fit = std::move(fit),
          .validation = std::move(validation),
          .test = {},
          .confident = confident,
          .confidence = confidence};
}

// Remembers whether the callback has stopped the training.
class Watch {
 public:
  explicit Watch(const ProgressCallback& on_progress) : on_progress_(on_progress) {}
  bool operator()(const Progress& progress) {
    stopped_ = !on_progress_(progress);
    return !stopped_;
  }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  const ProgressCallback& on_progress_;
  bool stopped_ = false;
};

// Learns from all folds.
Fit fit_all(Learner& learner, std::size_t n_folds, const ProgressCallback& on_progress) {
  std::vector<std::size_t> all(n_folds);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Watch watch(on_progress);
  Fit fit = learner.fit(all, std::ref(watch));
  if (!watch.stopped()) learner.add_learning_curve(all, fit);
  return fit;
}

}  // namespace

Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                             const dataset::Split& split, const TrainOptions& options,
                             const ProgressCallback& on_progress) {
  const auto folds = folds_of(table, split, options);
  if (!folds) return tl::make_unexpected(folds.error());
  const auto learner = make_learner(table, *folds, options);
  Experiment result = measured(protocol, table, fit_all(*learner, folds->size(), on_progress));
  if (const Rows test = dataset::originals(table, split.test); !test.empty()) {
    const evaluate::Predictions test_predictions = predict_rows(result.fit.network, table, test);
    result.test = evaluate::evaluate(table, test, test_predictions);
    result.confidence =
        evaluate::evaluate_confidence(table, test, test_predictions, result.confident);
  }
  return result;
}

Result<Experiment> run_k_fold(const std::string& protocol, const dataset::Table& table,
                              std::size_t n_folds, const TrainOptions& options,
                              const ProgressCallback& on_progress) {
  Rows rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto folds = dataset::group_folds(table, rows, n_folds, options.seed);
  if (!folds) return tl::make_unexpected(folds.error());
  if (folds->size() < 3) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: {} tracks are too few for cross-validation, which needs at least 3: to "
                    "train, to validate and to test",
                    table.name, folds->size()));
  }
  // One learner for all folds, because it caches the statistics of each fold.
  const auto learner = make_learner(table, *folds, options);
  Rows tested;
  evaluate::Predictions all_predictions;
  double correlation = 0;                 // mean over the folds, which differ little
  evaluate::ConfidentMetrics confidence;  // sums over the folds, each with its own thresholds
  Watch watch(on_progress);
  for (std::size_t fold = 0; fold < folds->size(); ++fold) {
    const Fit fit = learner->fit(all_except(folds->size(), fold), std::ref(watch));
    if (watch.stopped()) {
      return fail(
          ErrorCode::kBadTable,
          fmt::format("{}: interrupted in fold {} of {}; the accuracy needs all folds, so no "
                      "model was written",
                      protocol, fold + 1, folds->size()));
    }
    const Rows test = dataset::originals(table, (*folds)[fold]);
    const evaluate::Predictions here = predict_rows(fit.network, table, test);
    // With the thresholds of this fit: the final network's thresholds are fitted on this fold, too.
    confidence.add(evaluate::evaluate_confidence(
        table, test, here, fit_confidence(fit.validation_predictions, table, fit.validation)));
    tested.insert(tested.end(), test.begin(), test.end());
    all_predictions.append(here);
    correlation += *here.window_correlation / static_cast<double>(folds->size());
  }
  Experiment result = measured(protocol, table, fit_all(*learner, folds->size(), on_progress));
  all_predictions.window_correlation = correlation;
  result.test = evaluate::evaluate(table, tested, all_predictions);
  result.confidence = confidence;
  return result;
}

}  // namespace genre::train
