#include "train/experiment.h"

#include <fmt/format.h>

#include <numeric>

#include "train/calibration.h"

namespace genre::train {
namespace {

// Of kLda, where it is not given folds.
constexpr std::size_t kInnerFolds = 5;

std::vector<std::size_t> all_but(std::size_t n, std::size_t but) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 1; i < n; ++i) indices.push_back((but + i) % n);
  return indices;
}

// What a learner validates itself on: kDense on the validation part, kLda, which has no need of one
// of its own, on each of some parts of both.
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

Experiment experiment(const std::string& protocol, const dataset::Table& table, Fit fit) {
  evaluate::Metrics validation = evaluate::evaluate(table, fit.validation, fit.validation_answers);
  ConfidentThresholds confident = fit_confidence(fit.validation_answers, table, fit.validation);
  const evaluate::ConfidentMetrics confidence =
      evaluate::evaluate_confidence(table, fit.validation, fit.validation_answers, confident);
  return {.protocol = protocol,
          .fit = std::move(fit),
          .validation = std::move(validation),
          .test = {},
          .confident = confident,
          .confidence = confidence};
}

}  // namespace

Result<Experiment> run_split(const std::string& protocol, const dataset::Table& table,
                             const dataset::Split& split, const TrainOptions& options,
                             const ProgressCallback& on_progress) {
  auto parts = folds_of(table, split, options);
  if (!parts) return tl::make_unexpected(parts.error());
  const std::vector<Rows>& folds = *parts;
  std::vector<std::size_t> all(folds.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Experiment result =
      experiment(protocol, table, make_learner(table, folds, options)->fit(all, on_progress));
  if (const Rows test = dataset::originals(table, split.test); !test.empty()) {
    const evaluate::Answers test_answers = answers(result.fit.network, table, test);
    result.test = evaluate::evaluate(table, test, test_answers);
    result.confidence = evaluate::evaluate_confidence(table, test, test_answers, result.confident);
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
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: {} tracks are too few for cross-validation: to train, to validate "
                            "and to test takes three",
                            table.name, folds->size()));
  }
  const auto learner = make_learner(table, *folds, options);
  Rows tested;
  evaluate::Answers all_answers;
  double correlation = 0;                 // mean of the folds'; they hardly differ
  evaluate::ConfidentMetrics confidence;  // sums over the folds, each by its own thresholds
  bool interrupted = false;
  const auto watched = [&](const Progress& progress) {
    interrupted = !on_progress(progress);
    return !interrupted;
  };
  for (std::size_t fold = 0; fold < folds->size(); ++fold) {
    const Fit fit = learner->fit(all_but(folds->size(), fold), watched);
    if (interrupted) {
      return fail(ErrorCode::kBadTable,
                  fmt::format("{}: interrupted in part {} of {}; half a cross-validation says "
                              "nothing, so no model was written",
                              protocol, fold + 1, folds->size()));
    }
    const Rows test = dataset::originals(table, (*folds)[fold]);
    const evaluate::Answers here = answers(fit.network, table, test);
    confidence.add(evaluate::evaluate_confidence(
        table, test, here, fit_confidence(fit.validation_answers, table, fit.validation)));
    tested.insert(tested.end(), test.begin(), test.end());
    all_answers.append(here);
    correlation += *here.window_correlation / static_cast<double>(folds->size());
  }
  std::vector<std::size_t> all(folds->size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Experiment result = experiment(protocol, table, learner->fit(all, on_progress));
  all_answers.window_correlation = correlation;
  result.test = evaluate::evaluate(table, tested, all_answers);
  result.confidence = confidence;
  return result;
}

}  // namespace genre::train
