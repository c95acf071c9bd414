#include "train/experiment.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <numeric>
#include <set>

#include "dataset/merge.h"
#include "train/calibration.h"
#include "train/folds.h"
#include "train/held_out.h"

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
Result<Folds> folds_of(const dataset::Table& table, const dataset::Split& split,
                       const TrainOptions& options) {
  if (options.method == Method::kDense) return Folds{{split.train}, {split.validation}};
  Rows both = split.train;
  both.insert(both.end(), split.validation.begin(), split.validation.end());
  if (split.apart) return strictest_folds(table, both, kInnerFolds, options.seed);
  Folds folds(kInnerFolds);
  for (std::size_t i = 0; i < both.size(); ++i) folds[i % kInnerFolds].rows.push_back(both[i]);
  return folds;
}

// The number of tracks among `tested` whose audio is also among `learned`.
std::size_t count_shared(const dataset::Table& table, const Rows& learned, const Rows& tested) {
  std::set<std::string> known, shared;
  for (const std::size_t row : learned) {
    known.insert(dataset::unit_of(table.rows[row], dataset::Unit::kTrack));
  }
  for (const std::size_t row : tested) {
    const bool is_known = known.contains(dataset::unit_of(table.rows[row], dataset::Unit::kTrack));
    if (is_known) shared.insert(table.rows[row].track);
  }
  return shared.size();
}

// The tracks of none of the genres that the network is confident of. none: their logits; empty if
// there is no head.
evaluate::ConfidentMetrics::Count count_others(const dataset::Table& table,
                                               const TrainedNetwork& network,
                                               std::vector<float> none,
                                               const ConfidentThresholds& thresholds) {
  const dataset::Table others = dataset::table_of_others(table);
  Rows rows(others.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  evaluate::Predictions predictions = predict_rows(network, others, rows);
  predictions.none = std::move(none);
  return evaluate::evaluate_confidence(others, rows, predictions, thresholds).tracks;
}

// The network gets the head at the end: held-out logits judge it.
Experiment measured(const std::string& protocol, const dataset::Table& table, const Folds& folds,
                    Fit fit, std::optional<NoneHead> none) {
  Experiment result{
      .protocol = protocol,
      .fit = {},
      .validation = evaluate::evaluate(table, fit.validation, fit.validation_predictions),
      .test = {},
      .learned = {},
      .by_data_set = {},
      .confident = {},
      .confidence = {},
      .others = {},
      .others_without_head = {},
      .none = std::move(none)};
  result.fit = std::move(fit);
  Fit& done = result.fit;
  if (are_held_out(table, folds)) {
    const auto thresholds = [&] {
      return fit_confidence(done.validation_predictions, table, done.validation);
    };
    if (result.none) {
      result.others_without_head = count_others(table, done.network, {}, thresholds());
      add_none(*result.none, done.validation, done.validation_predictions);
    }
    result.confident = thresholds();
    result.confidence = evaluate::evaluate_confidence(
        table, done.validation, done.validation_predictions, *result.confident);
    if (!table.others.empty()) {
      result.others =
          count_others(table, done.network,
                       result.none ? result.none->others : std::vector<float>(), *result.confident);
    }
  }
  if (result.none) done.network.none = result.none->layer;
  return result;
}

void add_test(const dataset::Table& table, const Rows& rows,
              const evaluate::Predictions& predictions, Experiment& result) {
  result.test = evaluate::evaluate(table, rows, predictions);
  result.by_data_set = evaluate::evaluate_data_sets(table, rows, predictions);
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
  Fit fit = fit_all(*learner, folds->size(), on_progress);
  Rows learned = split.train;
  learned.insert(learned.end(), split.validation.begin(), split.validation.end());
  auto none = fit_none_head(table, learned, options, on_progress);
  Experiment result = measured(protocol, table, *folds, std::move(fit), std::move(none));
  result.learned = std::move(learned);
  result.n_known = count_shared(table, split.train, split.validation);
  if (const Rows test = dataset::originals(table, split.test); !test.empty()) {
    result.n_known = count_shared(table, result.learned, test);
    const evaluate::Predictions predictions = predict_rows(result.fit.network, table, test);
    add_test(table, test, predictions, result);
    if (result.confident) {
      result.confidence =
          evaluate::evaluate_confidence(table, test, predictions, *result.confident);
    }
  }
  return result;
}

Result<Experiment> run_k_fold(const std::string& protocol, const dataset::Table& table,
                              std::size_t n_folds, dataset::Unit unit, const TrainOptions& options,
                              const ProgressCallback& on_progress) {
  Rows rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto folds = dataset::unit_folds(table, rows, n_folds, options.seed, unit);
  if (!folds) return tl::make_unexpected(folds.error());
  if (folds->size() < 3 && unit != dataset::Unit::kSource) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: {} tracks are too few for cross-validation, which needs at least 3: to "
                    "train, to validate and to test",
                    table.name, folds->size()));
  }
  if (!leave_training_rows(*folds)) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{}: too few artists: without those of one part, nothing is left to "
                            "train on",
                            table.name));
  }
  // One learner for all folds, because it caches the statistics of each fold.
  const auto learner = make_learner(table, *folds, options);
  Watch watch(on_progress);
  const auto fit_without = [&](std::size_t fold) -> Result<Fit> {
    const std::vector<std::size_t> others = all_except(folds->size(), fold);
    if (others.size() >= 2) return learner->fit(others, std::ref(watch));
    // Of two sources, only one is left: its groups validate.
    const Rows one = rows_to_use(*folds, others, std::array{fold});
    return strictest_folds(table, one, kInnerFolds, options.seed).map([&](const Folds& inner) {
      const auto of_one = make_learner(table, inner, options);
      return of_one->fit(other_folds(inner, {}), std::ref(watch));
    });
  };
  // One head for all folds: its logits for a row are of heads that did not learn from its group.
  auto none = fit_none_head(table, rows, options, std::ref(watch));
  const auto with_none = [&](const Rows& of, evaluate::Predictions predictions) {
    if (none) add_none(*none, of, predictions);
    return predictions;
  };
  Rows tested;
  evaluate::Predictions all_predictions;
  double correlation = 0;                 // mean over the folds, which differ little
  evaluate::ConfidentMetrics confidence;  // sums over the folds, each with its own thresholds
  for (std::size_t fold = 0; fold < folds->size(); ++fold) {
    const Result<Fit> fit = fit_without(fold);
    if (!fit) return tl::make_unexpected(fit.error());
    if (watch.stopped()) {
      return fail(
          ErrorCode::kBadTable,
          fmt::format("{}: interrupted in fold {} of {}; the accuracy needs all folds, so no "
                      "model was written",
                      protocol, fold + 1, folds->size()));
    }
    const Rows test = dataset::originals(table, (*folds)[fold].rows);
    const evaluate::Predictions here = with_none(test, predict_rows(fit->network, table, test));
    // With the thresholds of this fit: the final network's thresholds are fitted on this fold, too.
    const auto validation = with_none(fit->validation, fit->validation_predictions);
    confidence.add(evaluate::evaluate_confidence(
        table, test, here, fit_confidence(validation, table, fit->validation)));
    tested.insert(tested.end(), test.begin(), test.end());
    all_predictions.append(here);
    correlation += *here.window_correlation / static_cast<double>(folds->size());
  }
  Experiment result = measured(protocol, table, *folds,
                               fit_all(*learner, folds->size(), on_progress), std::move(none));
  result.learned = std::move(rows);
  all_predictions.window_correlation = correlation;
  add_test(table, tested, all_predictions, result);
  if (result.confident) result.confidence = confidence;
  return result;
}

}  // namespace genre::train
