// The closed form of linear discriminant analysis.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "train/shifted_systems.h"
#include "train/trained_network.h"

namespace genre::train {

// Sums over rows, which count by their weights. Sums of several folds can be added, so
// discriminants of any selection of folds need no second pass over the rows. In double precision
// and relative to an origin near the data, because the variance is a small difference of these
// sums.
struct Statistics {
  Eigen::VectorXd counts;   // [n_labels]
  Eigen::MatrixXd sums;     // [n_features, n_labels]
  Eigen::MatrixXd scatter;  // [n_features, n_features], only its lower triangle

  void add(const Statistics& other);
  // Takes away rows that were added.
  void subtract(const Statistics& other);
};

// origin: [n_features], the same for all statistics that are added to each other.
[[nodiscard]] Statistics statistics(const dataset::Table& table, std::span<const std::size_t> rows,
                                    std::span<const double> origin);

// A standardised problem from statistics, which can be solved for any shrinkage. Thread-safe.
class Discriminants {
 public:
  // balanced: every genre with rows has the same prior probability.
  Discriminants(const Statistics& s, std::span<const double> origin, bool balanced);

  // A network of one layer. shrinkage: above 0, at most 1; the weight of the multiple of the
  // identity.
  [[nodiscard]] TrainedNetwork network(double shrinkage) const;

  // Takes as long as network() for four shrinkages, which then takes a fifteenth of the time.
  void prepare_for_many_shrinkages();

 private:
  // Solves covariance X = means_, [n_features, n_labels].
  [[nodiscard]] Eigen::MatrixXd solve(double shrinkage) const;

  Eigen::MatrixXd means_;                  // [n_features, n_labels], standardised like within_
  Eigen::MatrixXd within_;                 // [n_features, n_features], only its lower triangle
  std::optional<ShiftedSystems> systems_;  // in place of within_, for many shrinkages
  double average_variance_ = 0;            // within genres
  Eigen::VectorXd log_priors_;             // [n_labels]
  std::vector<double> mean_, std_;
};

}  // namespace genre::train
