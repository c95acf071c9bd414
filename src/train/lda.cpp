#include "train/lda.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "dataset/split.h"
#include "train/calibration.h"
#include "train/tensors.h"

namespace genre::train {
namespace {

constexpr std::array<double, 7> kShrinkages = {0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9};

// Sums over rows, by which discriminants are found without the rows. In double precision, about a
// fixed origin.
struct Statistics {
  torch::Tensor counts;   // [n_labels]
  torch::Tensor sums;     // [n_labels, n_features]
  torch::Tensor scatter;  // [n_features, n_features]

  void add(const Statistics& other) {
    counts = counts + other.counts;
    sums = sums + other.sums;
    scatter = scatter + other.scatter;
  }
};

Statistics statistics(const dataset::Table& table, const Rows& rows,
                      std::span<const double> origin) {
  const auto n_labels = static_cast<std::int64_t>(table.labels.size());
  const auto n_features = static_cast<std::int64_t>(table.n_features());
  const std::vector<double> ones(origin.size(), 1.0);
  Statistics s{torch::zeros({n_labels}, torch::kDouble),
               torch::zeros({n_labels, n_features}, torch::kDouble),
               torch::zeros({n_features, n_features}, torch::kDouble)};
  constexpr std::size_t kBatch = 4096;
  for (std::size_t at = 0; at < rows.size(); at += kBatch) {
    const auto batch = std::span(rows).subspan(at, std::min(kBatch, rows.size() - at));
    const auto x = inputs(table, batch, origin, ones).to(torch::kDouble);
    const auto one_hot = torch::one_hot(targets(table, batch), n_labels).to(torch::kDouble);
    s.counts += one_hot.sum(0);
    s.sums += one_hot.t().mm(x);
    s.scatter += x.t().mm(x);
  }
  return s;
}

// Statistics as a standardised problem: discriminants for any shrinkage.
class Discriminants {
 public:
  Discriminants(const Statistics& s, std::span<const double> origin, bool balanced) {
    const auto n = s.counts.sum();
    const auto total = s.sums.sum(0) / n;
    const auto variance = s.scatter.diagonal() / n - total * total;
    const auto std = torch::where(variance > 1e-12, variance.sqrt(), torch::ones_like(variance));
    // A genre without rows lies in the middle, and has no chance.
    const auto counts = s.counts.clamp_min(1);
    means_ = torch::where((s.counts > 0).unsqueeze(1), s.sums / counts.unsqueeze(1), total);
    const auto between = means_.t().mm(means_ * s.counts.unsqueeze(1));
    within_ = (s.scatter - between) / n / std.unsqueeze(1) / std;
    means_ = (means_ - total) / std;
    const auto priors = balanced ? torch::ones_like(s.counts) * (s.counts > 0) : s.counts;
    log_priors_ = torch::log(priors / priors.sum()).clamp_min(-1e4);
    for (std::size_t i = 0; i < origin.size(); ++i) {
      const auto index = static_cast<std::int64_t>(i);
      mean_.push_back(origin[i] + total[index].item<double>());
      std_.push_back(std[index].item<double>());
    }
  }

  [[nodiscard]] TrainedNetwork network(double shrinkage) const {
    const auto n = within_.size(0);
    const auto covariance =
        (1 - shrinkage) * within_ + shrinkage * within_.trace() / n * torch::eye(n, torch::kDouble);
    const auto weights = torch::cholesky_solve(means_.t(), torch::linalg_cholesky(covariance)).t();
    const auto bias = log_priors_ - 0.5 * (weights * means_).sum(1);
    return {mean_,
            std_,
            {{.n_in = static_cast<std::size_t>(n),
              .n_out = static_cast<std::size_t>(means_.size(0)),
              .weights = to_vector(weights.to(torch::kFloat)),
              .bias = to_vector(bias.to(torch::kFloat))}}};
  }

 private:
  torch::Tensor means_;       // [n_labels, n_features], standardised as the next
  torch::Tensor within_;      // [n_features, n_features]
  torch::Tensor log_priors_;  // [n_labels]
  std::vector<double> mean_, std_;
};

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
  std::size_t right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = logits.subspan(i * n_labels, n_labels);
    right += std::ranges::max_element(row) - row.begin() ==
             static_cast<std::ptrdiff_t>(table.rows[rows[i]].label);
  }
  return static_cast<double>(right) / static_cast<double>(rows.size());
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
  std::map<std::size_t, Statistics> of_fold;  // those that were asked for

  const Statistics& of(std::size_t fold) {
    const auto found = of_fold.find(fold);
    if (found != of_fold.end()) return found->second;
    return of_fold.emplace(fold, statistics(table, folds[fold], origin)).first->second;
  }

  // Of some folds, but one.
  Discriminants discriminants(std::span<const std::size_t> which,
                              std::optional<std::size_t> but = {}) {
    std::optional<Statistics> sum;
    for (const std::size_t fold : which) {
      if (fold == but) continue;
      if (sum) {
        sum->add(of(fold));
      } else {
        sum = of(fold);
      }
    }
    return Discriminants(*sum, origin, options.balanced);
  }

  LearningCurve learning_curve(std::span<const std::size_t> which, double shrinkage);
};

// What fewer tracks would have given: each fold in turn is validated by networks of one, two, ...
// of the others.
LearningCurve LdaLearner::Impl::learning_curve(std::span<const std::size_t> which,
                                               double shrinkage) {
  LearningCurve curve{.step = "tracks trained on", .points = {}};
  for (std::size_t n = 1; n < which.size(); ++n) {
    double n_tracks = 0;
    Rows train, validation;
    std::vector<float> train_logits, validation_logits;
    for (std::size_t k = 0; k < which.size(); ++k) {
      std::vector<std::size_t> others;
      for (std::size_t i = 1; i <= n; ++i) others.push_back(which[(k + i) % which.size()]);
      n_tracks += static_cast<double>(count_tracks(table, folds, others)) /
                  static_cast<double>(which.size());
      const TrainedNetwork network = discriminants(others).network(shrinkage);
      const auto add = [&](const Rows& rows, Rows& all, std::vector<float>& all_logits) {
        const Rows measured = dataset::originals(table, rows);
        append(all_logits, logits(network, table, measured));
        all.insert(all.end(), measured.begin(), measured.end());
      };
      add(folds[others.front()], train, train_logits);
      add(folds[which[k]], validation, validation_logits);
    }
    const double temperature = fit_temperature(validation_logits, table, validation);
    curve.points.push_back(
        {.step = n_tracks,
         .train_loss = cross_entropy(train_logits, temperature, table, train),
         .validation_loss = cross_entropy(validation_logits, temperature, table, validation),
         .validation_accuracy = accuracy(validation_logits, table, validation)});
  }
  return curve;
}

LdaLearner::LdaLearner(const dataset::Table& table, std::vector<Rows> folds,
                       const TrainOptions& options)
    : impl_(new Impl{table, std::move(folds), options, {}, {}}) {
  const std::vector<float>& first = table.rows.at(impl_->folds.front().at(0)).features;
  impl_->origin.assign(first.begin(), first.end());
}
LdaLearner::~LdaLearner() = default;

Fit LdaLearner::fit(std::span<const std::size_t> folds, const ProgressCallback& on_progress) {
  const torch::NoGradGuard no_grad;
  Fit fit;
  std::array<std::vector<float>, kShrinkages.size()> by_shrinkage;  // logits
  for (std::size_t i = 0; i < folds.size(); ++i) {
    const Rows rows = dataset::originals(impl_->table, impl_->folds[folds[i]]);
    const Discriminants others = impl_->discriminants(folds, folds[i]);
    for (std::size_t s = 0; s < kShrinkages.size(); ++s) {
      append(by_shrinkage[s], logits(others.network(kShrinkages[s]), impl_->table, rows));
    }
    fit.validation.insert(fit.validation.end(), rows.begin(), rows.end());
    on_progress({"fold", i + 1, folds.size(), ""});
  }
  double best_loss = std::numeric_limits<double>::infinity(), shrinkage = 0;
  for (std::size_t s = 0; s < kShrinkages.size(); ++s) {
    const double temperature = fit_temperature(by_shrinkage[s], impl_->table, fit.validation);
    const double loss = cross_entropy(by_shrinkage[s], temperature, impl_->table, fit.validation);
    if (loss >= best_loss) continue;
    best_loss = loss;
    shrinkage = kShrinkages[s];
    fit.temperature = temperature;
    fit.validation_answers.certainties =
        softmax(by_shrinkage[s], impl_->table.labels.size(), temperature);
  }
  fit.n_train = fit.validation.size();
  fit.network = scaled(impl_->discriminants(folds).network(shrinkage), fit.temperature);
  // How far off a clip is has to do with its own fold's share in the mean only by a little.
  fit.validation_answers.novelty = answers(fit.network, impl_->table, fit.validation).novelty;
  fit.pool(impl_->table);
  fit.chosen = {{"shrinkage", shrinkage}};
  fit.curve = impl_->learning_curve(folds, shrinkage);
  return fit;
}

}  // namespace genre::train
