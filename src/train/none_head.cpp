#include "train/none_head.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string>

#include "dataset/split.h"
#include "train/folds.h"
#include "train/lda.h"

namespace genre::train {
namespace {

constexpr std::size_t kFolds = 5;
constexpr std::size_t kGenre = 0, kNone = 1;  // labels

// The rows, then the others, as two classes.
dataset::Table two_classes(const dataset::Table& table, std::span<const std::size_t> rows) {
  dataset::Table both{.name = table.name,
                      .labels = {"genre", "none"},
                      .rows = {},
                      .feature_set = table.feature_set,
                      .predicted = table.predicted};
  both.rows.reserve(rows.size() + table.others.size());
  for (const std::size_t row : rows) {
    both.rows.push_back(table.rows[row]);
    both.rows.back().label = kGenre;
  }
  for (const dataset::Row& row : table.others) {
    both.rows.push_back(row);
    both.rows.back().label = kNone;
  }
  return both;
}

// Whether the head that predicts any of the folds learns from both classes.
bool leave_both_classes(const dataset::Table& table, const Folds& folds) {
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    const std::array held_out = {fold};
    std::array<bool, 2> found{};
    for (const std::size_t row : rows_to_use(folds, other_folds(folds, held_out), held_out)) {
      found[table.rows[row].label] = true;
    }
    if (!found[kGenre] || !found[kNone]) return false;
  }
  return true;
}

// As far apart as possible.
std::optional<Folds> folds_of(const dataset::Table& both, std::uint64_t seed) {
  Rows all(both.rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (const auto unit : {dataset::Unit::kSource, dataset::Unit::kGroup, dataset::Unit::kTrack}) {
    auto folds = dataset::unit_folds(both, all, kFolds, seed, unit);
    if (folds && folds->size() >= 3 && leave_both_classes(both, *folds)) return *std::move(folds);
  }
  return std::nullopt;
}

// The difference of the two logits, without the standardisation.
Layer difference(const TrainedNetwork& network) {
  const Layer& both = network.layers.front();
  Layer layer{.n_in = both.n_in, .n_out = 1, .weights = {}, .bias = {}};
  double bias = static_cast<double>(both.bias[kNone]) - both.bias[kGenre];
  for (std::size_t i = 0; i < both.n_in; ++i) {
    const double weight = (static_cast<double>(both.weights[kNone * both.n_in + i]) -
                           both.weights[kGenre * both.n_in + i]) /
                          network.std[i];
    bias -= weight * network.mean[i];
    layer.weights.push_back(static_cast<float>(weight));
  }
  layer.bias = {static_cast<float>(bias)};
  return layer;
}

std::size_t count_tracks(std::span<const dataset::Row> rows) {
  std::set<std::string> tracks;
  for (const dataset::Row& row : rows) tracks.insert(row.track);
  return tracks.size();
}

// By the mean logits of tracks.
void measure(const dataset::Table& both, const std::map<std::size_t, float>& logits,
             NoneHead& head) {
  struct Track {
    double sum = 0, n = 0;
    bool is_other = false;
  };
  std::map<std::string, Track> tracks;
  for (const auto& [row, logit] : logits) {
    Track& track = tracks[both.rows[row].track];
    track.sum += logit;
    track.n += 1;
    track.is_other = both.rows[row].label == kNone;
  }
  std::vector<evaluate::Outcome> outcomes;
  for (const auto& [name, track] : tracks) {
    outcomes.push_back({track.sum / track.n, track.is_other});
    ++(track.is_other ? head.n_other_tracks : head.n_genre_tracks);
  }
  if (const auto curve = evaluate::certainty_curve(std::move(outcomes))) head.auc = curve->auc;
}

}  // namespace

std::optional<NoneHead> fit_none_head(const dataset::Table& table,
                                      std::span<const std::size_t> rows,
                                      const TrainOptions& options,
                                      const ProgressCallback& on_progress) {
  if (count_tracks(table.others) < kFewestOthers) return std::nullopt;
  const dataset::Table both = two_classes(table, rows);
  const auto folds = folds_of(both, options.seed);
  if (!folds) return std::nullopt;
  // The classes count by their rows, whatever the genres do.
  TrainOptions unbalanced = options;
  unbalanced.balanced = false;
  bool stopped = false;
  LdaLearner learner(both, *folds, unbalanced);
  const Fit fit = learner.fit(other_folds(*folds, {}), [&](const Progress& progress) {
    stopped = !on_progress(progress);
    return !stopped;
  });
  if (stopped) return std::nullopt;

  NoneHead head{.layer = difference(fit.network), .held_out = {}, .others = {}};
  constexpr float kLeast = 1e-30F;  // a logit of 69
  std::map<std::size_t, float> logits;
  for (std::size_t i = 0; i < fit.validation.size(); ++i) {
    const auto certainties = std::span(fit.validation_predictions.certainties).subspan(2 * i, 2);
    logits[fit.validation[i]] = std::log(std::max(certainties[kNone], kLeast)) -
                                std::log(std::max(certainties[kGenre], kLeast));
  }
  // In the order of the rows, because a map is sorted: as in table_of_others().
  for (const auto& [row, logit] : logits) {
    if (row < rows.size()) {
      head.held_out[rows[row]] = logit;
    } else {
      head.others.push_back(logit);
    }
  }
  measure(both, logits, head);
  return head;
}

void add_none(const NoneHead& head, std::span<const std::size_t> rows,
              evaluate::Predictions& predictions) {
  predictions.none.clear();
  for (const std::size_t row : rows) predictions.none.push_back(head.held_out.at(row));
}

}  // namespace genre::train
