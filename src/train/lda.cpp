#include "train/lda.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "dataset/split.h"
#include "train/calibration.h"
#include "train/discriminants.h"
#include "train/trained_network.h"

namespace genre::train {
namespace {

// Coarse, because the validation loss changes little between neighbours.
constexpr std::array<double, 7> kShrinkages = {0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9};

std::size_t count_tracks(const dataset::Table& table, const std::vector<Rows>& folds,
                         std::span<const std::size_t> which) {
  std::set<std::string> tracks;
  for (const std::size_t fold : which) {
    for (const std::size_t row : folds[fold]) tracks.insert(table.rows[row].track);
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

}  // namespace

struct LdaLearner::Impl {
  const dataset::Table& table;
  std::vector<Rows> folds;
  TrainOptions options;
  std::vector<double> origin;
  // Cached, because cross-validation needs the statistics of each fold many times.
  std::map<std::size_t, Statistics> by_fold;

  const Statistics& of(std::size_t fold) {
    const auto found = by_fold.find(fold);
    if (found != by_fold.end()) return found->second;
    return by_fold.emplace(fold, statistics(table, folds[fold], origin)).first->second;
  }

  // From the statistics of the folds `which`, except one.
  Discriminants discriminants(std::span<const std::size_t> which,
                              std::optional<std::size_t> except = {}) {
    std::optional<Statistics> sum;
    for (const std::size_t fold : which) {
      if (fold == except) continue;
      if (sum) {
        sum->add(of(fold));
      } else {
        sum = of(fold);
      }
    }
    return Discriminants(*sum, origin, options.balanced);
  }
};

LdaLearner::LdaLearner(const dataset::Table& table, std::vector<Rows> folds,
                       const TrainOptions& options)
    : impl_(new Impl{table, std::move(folds), options, {}, {}}) {
  // Any row is a better origin than zero: it is near the data.
  const std::vector<float>& first = table.rows.at(impl_->folds.front().at(0)).features;
  impl_->origin.assign(first.begin(), first.end());
}
LdaLearner::~LdaLearner() = default;

Fit LdaLearner::fit(std::span<const std::size_t> folds, const ProgressCallback& on_progress) {
  Fit fit;
  std::array<std::vector<float>, kShrinkages.size()> by_shrinkage;  // logits
  bool stopped = false;
  for (std::size_t i = 0; i < folds.size() && !stopped; ++i) {
    const Rows rows = dataset::originals(impl_->table, impl_->folds[folds[i]]);
    const Discriminants others = impl_->discriminants(folds, folds[i]);
    for (std::size_t s = 0; s < kShrinkages.size(); ++s) {
      append(by_shrinkage[s], logits(others.network(kShrinkages[s]), impl_->table, rows));
    }
    fit.validation.insert(fit.validation.end(), rows.begin(), rows.end());
    stopped = !on_progress({"fold", i + 1, folds.size(), ""});
  }
  // After a stop, the folds so far choose the shrinkage.
  double best_loss = std::numeric_limits<double>::infinity(), shrinkage = 0;
  for (std::size_t s = 0; s < kShrinkages.size(); ++s) {
    const double temperature = fit_temperature(by_shrinkage[s], impl_->table, fit.validation);
    const double loss = cross_entropy(by_shrinkage[s], temperature, impl_->table, fit.validation);
    // By loss, not accuracy: it also counts how certain wrong predictions are.
    if (loss >= best_loss) continue;
    best_loss = loss;
    shrinkage = kShrinkages[s];
    fit.temperature = temperature;
    fit.validation_predictions.certainties =
        softmax(by_shrinkage[s], impl_->table.labels.size(), temperature);
  }
  for (const std::size_t fold : folds) {
    fit.n_train += dataset::originals(impl_->table, impl_->folds[fold]).size();
  }
  fit.network = scaled(impl_->discriminants(folds).network(shrinkage), fit.temperature);
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
  for (std::size_t n = 1; n < which.size(); ++n) {
    double n_tracks = 0;
    Rows train, validation;
    std::vector<float> train_logits, validation_logits;
    for (std::size_t k = 0; k < which.size(); ++k) {
      std::vector<std::size_t> others;
      for (std::size_t i = 1; i <= n; ++i) others.push_back(which[(k + i) % which.size()]);
      n_tracks += static_cast<double>(count_tracks(table, impl_->folds, others)) /
                  static_cast<double>(which.size());
      const TrainedNetwork network = impl_->discriminants(others).network(shrinkage);
      const auto add = [&](const Rows& rows, Rows& all, std::vector<float>& all_logits) {
        const Rows measured = dataset::originals(table, rows);
        append(all_logits, logits(network, table, measured));
        all.insert(all.end(), measured.begin(), measured.end());
      };
      add(impl_->folds[others.front()], train, train_logits);
      add(impl_->folds[which[k]], validation, validation_logits);
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
