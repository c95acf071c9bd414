#include "train/lda.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "dataset/split.h"
#include "train/calibration.h"
#include "train/discriminants.h"
#include "train/folds.h"
#include "train/minimum.h"
#include "train/trained_network.h"

namespace genre::train {
namespace {

// Where the search for the shrinkage starts, and its limits.
constexpr std::array<double, 5> kShrinkages = {0.01, 0.05, 0.2, 0.5, 0.95};

std::size_t count_tracks(const dataset::Table& table, const Folds& folds,
                         std::span<const std::size_t> which) {
  std::set<std::string> tracks;
  for (const std::size_t fold : which) {
    for (const std::size_t row : folds[fold].rows) tracks.insert(table.rows[row].track);
  }
  return tracks.size();
}

double accuracy(std::span<const float> logits, const dataset::Table& table,
                std::span<const std::size_t> rows) {
  const std::size_t n_labels = table.labels.size();
  std::size_t correct = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = logits.subspan(i * n_labels, n_labels);
    correct += std::ranges::max_element(row) - row.begin() ==
               static_cast<std::ptrdiff_t>(table.rows[rows[i]].label);
  }
  return static_cast<double>(correct) / static_cast<double>(rows.size());
}

void append(std::vector<float>& all, const std::vector<float>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Networks for a held-out fold each, and what they say of its rows.
class CrossValidation {
 public:
  explicit CrossValidation(const dataset::Table& table) : table_(table) {}

  void add(Discriminants discriminants, Rows rows) {
    discriminants.prepare_for_many_shrinkages();
    discriminants_.push_back(std::move(discriminants));
    all_rows_.insert(all_rows_.end(), rows.begin(), rows.end());
    rows_.push_back(std::move(rows));
  }

  [[nodiscard]] const Rows& rows() const { return all_rows_; }

  [[nodiscard]] std::vector<float> logits(double shrinkage) const {
    std::vector<float> all;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      append(all, train::logits(discriminants_[i].network(shrinkage), table_, rows_[i]));
    }
    return all;
  }

  // By loss, not accuracy: it also counts how certain wrong predictions are.
  [[nodiscard]] double loss(double shrinkage) const {
    const std::vector<float> all = logits(shrinkage);
    return cross_entropy(all, fit_temperature(all, table_, all_rows_), table_, all_rows_);
  }

  // The loss need not have a single minimum: the best of a few values is a start that Brent's
  // method refines between its neighbours. On a logarithmic scale, because small values matter.
  [[nodiscard]] double best_shrinkage() const {
    std::array<double, kShrinkages.size()> losses{};
    std::ranges::transform(kShrinkages, losses.begin(), [this](double s) { return loss(s); });
    const auto best = static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
    const double low = kShrinkages[best == 0 ? 0 : best - 1];
    const double high = kShrinkages[std::min(best + 1, kShrinkages.size() - 1)];
    constexpr int kBits = 4;  // the loss is flat near its minimum, and each value takes long
    const auto [refined, refined_loss] = minimum(
        std::log(low), std::log(high), [this](double x) { return loss(std::exp(x)); }, kBits);
    // Three decimals: the same in the report as in the model.
    return refined_loss < losses[best] ? base::rounded(std::exp(refined), 3) : kShrinkages[best];
  }

 private:
  const dataset::Table& table_;
  std::vector<Discriminants> discriminants_;  // one per held-out fold
  std::vector<Rows> rows_;
  Rows all_rows_;
};

}  // namespace

struct LdaLearner::Impl {
  const dataset::Table& table;
  Folds folds;
  TrainOptions options;
  std::vector<double> origin;
  // Cached, because cross-validation needs the statistics of each fold many times.
  std::map<std::size_t, Statistics> by_fold;

  const Statistics& of(std::size_t fold) {
    const auto found = by_fold.find(fold);
    if (found != by_fold.end()) return found->second;
    return by_fold.emplace(fold, statistics(table, folds[fold].rows, origin)).first->second;
  }

  // From the folds `used`, without the rows that are related to the folds `held_out`.
  Discriminants discriminants(std::span<const std::size_t> used,
                              std::span<const std::size_t> held_out) {
    std::optional<Statistics> sum;
    for (const std::size_t fold : used) {
      if (sum) {
        sum->add(of(fold));
      } else {
        sum = of(fold);
      }
    }
    const Rows related = related_rows(folds, used, held_out);
    if (!related.empty()) sum->subtract(statistics(table, related, origin));
    return Discriminants(*sum, origin, options.balanced);
  }
};

LdaLearner::LdaLearner(const dataset::Table& table, Folds folds, const TrainOptions& options)
    : impl_(new Impl{table, std::move(folds), options, {}, {}}) {
  // Any row is a better origin than zero: it is near the data.
  const std::vector<float>& first = table.rows.at(impl_->folds.front().rows.at(0)).features;
  impl_->origin.assign(first.begin(), first.end());
}
LdaLearner::~LdaLearner() = default;

Fit LdaLearner::fit(std::span<const std::size_t> folds, const ProgressCallback& on_progress) {
  Fit fit;
  CrossValidation validation(impl_->table);
  const std::vector<std::size_t> others = other_folds(impl_->folds, folds);
  bool stopped = false;
  for (std::size_t i = 0; i < folds.size() && !stopped; ++i) {
    std::vector<std::size_t> used(folds.begin(), folds.end()), held_out = others;
    used.erase(used.begin() + static_cast<std::ptrdiff_t>(i));
    held_out.push_back(folds[i]);
    const Rows rows = rows_to_use(impl_->folds, folds.subspan(i, 1), others);
    validation.add(impl_->discriminants(used, held_out), dataset::originals(impl_->table, rows));
    stopped = !on_progress({"fold", i + 1, folds.size(), ""});
  }
  // After a stop, the folds so far choose the shrinkage. The network learns from all.
  const double shrinkage = validation.best_shrinkage();
  fit.n_train = dataset::originals(impl_->table, rows_to_use(impl_->folds, folds, others)).size();
  fit.validation = validation.rows();
  const std::vector<float> raw = validation.logits(shrinkage);
  fit.temperature = fit_temperature(raw, impl_->table, fit.validation);
  fit.validation_predictions.certainties =
      softmax(raw, impl_->table.labels.size(), fit.temperature);
  fit.network = scaled(impl_->discriminants(folds, others).network(shrinkage), fit.temperature);
  // From the final network: a clip's own fold has little influence on the mean and thus on the
  // novelty.
  fit.validation_predictions.novelty =
      predict_rows(fit.network, impl_->table, fit.validation).novelty;
  fit.pool(impl_->table);
  fit.chosen = {{"shrinkage", shrinkage}};
  return fit;
}

// The metrics with less training data: each fold in turn is predicted by a network trained on 1, 2,
// ... of the other folds.
void LdaLearner::add_learning_curve(std::span<const std::size_t> which, Fit& fit) {
  const dataset::Table& table = impl_->table;
  const double shrinkage = fit.chosen.front().second;
  fit.curve = {.step = "tracks trained on", .points = {}};
  const std::vector<std::size_t> not_used = other_folds(impl_->folds, which);
  for (std::size_t n = 1; n < which.size(); ++n) {
    double n_tracks = 0;
    Rows train, validation;
    std::vector<float> train_logits, validation_logits;
    for (std::size_t k = 0; k < which.size(); ++k) {
      std::vector<std::size_t> others;
      for (std::size_t i = 1; i <= n; ++i) others.push_back(which[(k + i) % which.size()]);
      n_tracks += static_cast<double>(count_tracks(table, impl_->folds, others)) /
                  static_cast<double>(which.size());
      std::vector<std::size_t> held_out = not_used;
      held_out.push_back(which[k]);
      const TrainedNetwork network = impl_->discriminants(others, held_out).network(shrinkage);
      const auto add = [&](const Rows& rows, Rows& all, std::vector<float>& all_logits) {
        const Rows measured = dataset::originals(table, rows);
        append(all_logits, logits(network, table, measured));
        all.insert(all.end(), measured.begin(), measured.end());
      };
      add(rows_to_use(impl_->folds, std::span(others).first(1), held_out), train, train_logits);
      add(rows_to_use(impl_->folds, which.subspan(k, 1), not_used), validation, validation_logits);
    }
    const double temperature = fit_temperature(validation_logits, table, validation);
    fit.curve.points.push_back(
        {.step = n_tracks,
         .train_loss = cross_entropy(train_logits, temperature, table, train),
         .validation_loss = cross_entropy(validation_logits, temperature, table, validation),
         .validation_accuracy = accuracy(validation_logits, table, validation)});
  }
}

}  // namespace genre::train
