#include "train/discriminants.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

namespace genre::train {
namespace {

std::vector<float> to_floats(const Eigen::MatrixXd& matrix) {
  std::vector<float> values(static_cast<std::size_t>(matrix.size()));
  Eigen::Map<Eigen::MatrixXf>(values.data(), matrix.rows(), matrix.cols()) = matrix.cast<float>();
  return values;
}

std::vector<double> to_vector(const Eigen::ArrayXd& values) {
  return {values.data(), values.data() + values.size()};
}

}  // namespace

void Statistics::add(const Statistics& other) {
  counts += other.counts;
  sums += other.sums;
  scatter += other.scatter;
}

void Statistics::subtract(const Statistics& other) {
  counts -= other.counts;
  sums -= other.sums;
  scatter -= other.scatter;
  // What rounding leaves of a genre without rows would be divided by itself.
  constexpr double kNothing = 1e-6;
  for (Eigen::Index label = 0; label < counts.size(); ++label) {
    if (counts[label] > kNothing) continue;
    counts[label] = 0;
    sums.col(label).setZero();
  }
}

Statistics statistics(const dataset::Table& table, std::span<const std::size_t> rows,
                      std::span<const double> origin) {
  const auto n_labels = static_cast<Eigen::Index>(table.labels.size());
  const auto n_features = static_cast<Eigen::Index>(origin.size());
  Statistics s{Eigen::VectorXd::Zero(n_labels), Eigen::MatrixXd::Zero(n_features, n_labels),
               Eigen::MatrixXd::Zero(n_features, n_features)};
  const Eigen::Map<const Eigen::VectorXd> zero(origin.data(), n_features);
  // Large enough for a fast matrix product. All rows at once, in double precision, would need twice
  // the memory of the table.
  constexpr std::size_t kBlockRows = 1024;
  Eigen::MatrixXd block(n_features, kBlockRows);
  for (std::size_t first = 0; first < rows.size(); first += kBlockRows) {
    const auto in_block = rows.subspan(first, std::min(kBlockRows, rows.size() - first));
    for (std::size_t i = 0; i < in_block.size(); ++i) {
      const dataset::Row& row = table.rows[in_block[i]];
      const auto label = static_cast<Eigen::Index>(row.label);
      auto x = block.col(static_cast<Eigen::Index>(i));
      x = Eigen::Map<const Eigen::VectorXf>(row.features.data(), n_features).cast<double>() - zero;
      s.counts[label] += row.weight;
      s.sums.col(label) += row.weight * x;
      x *= std::sqrt(row.weight);  // the scatter is a sum of squares
    }
    s.scatter.selfadjointView<Eigen::Lower>().rankUpdate(
        block.leftCols(static_cast<Eigen::Index>(in_block.size())));
  }
  return s;
}

Discriminants::Discriminants(const Statistics& s, std::span<const double> origin, bool balanced) {
  constexpr double kConstant = 1e-12;  // largest variance of a constant feature: rounding errors
  const double n = s.counts.sum();
  const Eigen::VectorXd total = s.sums.rowwise().sum() / n;
  const Eigen::ArrayXd variance = s.scatter.diagonal().array() / n - total.array().square();
  // Constant features keep a scale of 1, so that their weights stay finite.
  const Eigen::ArrayXd std = (variance > kConstant).select(variance.sqrt(), 1.0);

  // A genre without rows gets the mean of all rows; its prior keeps it from being predicted.
  means_ = total.replicate(1, s.counts.size());
  for (Eigen::Index label = 0; label < s.counts.size(); ++label) {
    if (s.counts[label] > 0) means_.col(label) = s.sums.col(label) / s.counts[label];
  }
  // The scatter within genres is the total scatter minus that of the genres' means. Standardising
  // the matrix afterwards saves a pass over the rows.
  within_ = (s.scatter - means_ * s.counts.asDiagonal() * means_.transpose()) / n;
  const Eigen::VectorXd scale = std.inverse();
  within_ = scale.asDiagonal() * within_ * scale.asDiagonal();
  means_ = scale.asDiagonal() * (means_.colwise() - total);
  // If all rows of each genre are equal, the variance within genres is 0. A small variance keeps
  // the covariance positive definite.
  constexpr double kSmallestVariance = 1e-6;
  average_variance_ =
      std::max(within_.trace() / static_cast<double>(within_.rows()), kSmallestVariance);

  constexpr double kNever = -1e4;  // finite, because 0 times infinity is NaN
  Eigen::ArrayXd priors = s.counts;
  if (balanced) priors = (priors > 0).cast<double>();
  log_priors_ = (priors / priors.sum()).log().max(kNever);

  const Eigen::Map<const Eigen::ArrayXd> zero(origin.data(), total.size());
  mean_ = to_vector(zero + total.array());
  std_ = to_vector(std);
}

void Discriminants::prepare_for_many_shrinkages() {
  systems_.emplace(std::move(within_), means_);
  within_.resize(0, 0);
}

Eigen::MatrixXd Discriminants::solve(double shrinkage) const {
  const double shift = shrinkage * average_variance_;
  if (systems_) return systems_->solve(1 - shrinkage, shift);
  Eigen::MatrixXd covariance = (1 - shrinkage) * within_;
  covariance.diagonal().array() += shift;
  // Positive definite thanks to the shrinkage, so Cholesky needs no pivots. It reads only the lower
  // triangle.
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(covariance);  // in place
  return cholesky.solve(means_);
}

TrainedNetwork Discriminants::network(double shrinkage) const {
  const Eigen::MatrixXd weights = solve(shrinkage);
  // log p(genre | x) up to a constant: x' C^-1 m - m' C^-1 m / 2 + log prior.
  const Eigen::VectorXd bias =
      log_priors_ - 0.5 * weights.cwiseProduct(means_).colwise().sum().transpose();
  return {mean_,
          std_,
          {{.n_in = static_cast<std::size_t>(means_.rows()),
            .n_out = static_cast<std::size_t>(means_.cols()),
            .weights =
                to_floats(weights),  // column-major here, which is row-major [n_labels, n_features]
            .bias = to_floats(bias)}}};
}

}  // namespace genre::train
