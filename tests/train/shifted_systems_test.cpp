#include "train/shifted_systems.h"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <random>

namespace genre::train::test {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

MatrixXd random_matrix(Index n_rows, Index n_columns) {
  std::mt19937 random(static_cast<unsigned>(n_rows * 1000 + n_columns));
  std::normal_distribution<double> normal;
  return MatrixXd::NullaryExpr(n_rows, n_columns, [&] { return normal(random); });
}

// Positive semidefinite, with eigenvalues over several orders of magnitude.
MatrixXd scatter(Index n, Index rank) {
  if (rank == 0) return MatrixXd::Zero(n, n);  // Eigen would take rows of a null pointer
  MatrixXd x = random_matrix(n, rank);
  for (Index i = 0; i < n; ++i)
    x.row(i) *= std::exp(-5.0 * static_cast<double>(i) / static_cast<double>(n));
  return x * x.transpose();
}

struct Case {
  Index n, rank;
};

class ShiftedSystemsTest : public testing::TestWithParam<Case> {};

TEST_P(ShiftedSystemsTest, SolvesAsIfEachSystemWereItsOwn) {
  const auto [n, rank] = GetParam();
  const MatrixXd a = scatter(n, rank), b = random_matrix(n, 7);
  MatrixXd lower = a;
  lower.triangularView<Eigen::StrictlyUpper>().setConstant(99);  // must not be read
  const ShiftedSystems systems(lower, b);
  const double average = std::max(a.trace() / static_cast<double>(n), 1e-6);
  for (const double shrinkage : {0.01, 0.1, 0.95, 1.0}) {
    const double shift = shrinkage * average;
    const MatrixXd expected =
        ((1 - shrinkage) * a + shift * MatrixXd::Identity(n, n)).partialPivLu().solve(b);
    const MatrixXd solved = systems.solve(1 - shrinkage, shift);
    EXPECT_LT((solved - expected).norm(), 1e-9 * expected.norm()) << shrinkage;
  }
}

// Sizes below, at and above the width of the band and its multiples; full and low rank.
INSTANTIATE_TEST_SUITE_P(Sizes, ShiftedSystemsTest,
                         testing::Values(Case{1, 1}, Case{5, 5}, Case{32, 40}, Case{33, 40},
                                         Case{34, 3}, Case{64, 64}, Case{65, 65}, Case{100, 20},
                                         Case{300, 400}, Case{300, 150}, Case{40, 0}));

}  // namespace
}  // namespace genre::train::test
