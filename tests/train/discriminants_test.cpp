#include "train/discriminants.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "dataset/synthetic_table.h"

namespace genre::train::test {
namespace {

using genre::test::all_rows;
using genre::test::synthetic_table;

TEST(Statistics, AreTheSumsOverTheRows) {
  const dataset::Table table = synthetic_table(2500);  // more than one block
  const std::vector<double> origin(table.n_features(), 9.5);
  const Statistics s = statistics(table, all_rows(table), origin);
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(3), sums = counts;
  double scatter = 0;
  for (const dataset::Row& row : table.rows) {
    const auto label = static_cast<Eigen::Index>(row.label);
    counts[label] += 1;
    sums[label] += row.features[4] - 9.5;
    scatter += (row.features[7] - 9.5) * (row.features[4] - 9.5);
  }
  EXPECT_EQ(s.counts, counts);
  for (Eigen::Index label = 0; label < 3; ++label) {
    EXPECT_NEAR(s.sums(4, label), sums[label], 1e-9 * std::abs(sums[label]));
  }
  EXPECT_NEAR(s.scatter(7, 4), scatter, 1e-9 * scatter);  // the lower triangle
}

TEST(Statistics, CountRowsByTheirWeights) {
  dataset::Table table = synthetic_table(100);
  std::vector<std::size_t> twice = all_rows(table), once = twice;
  twice.insert(twice.end(), {0, 1, 2, 3});
  const std::vector<double> origin(table.n_features(), 9.5);
  const Statistics repeated = statistics(table, twice, origin);
  for (std::size_t row = 0; row < 4; ++row) table.rows[row].weight = 2;
  const Statistics weighted = statistics(table, once, origin);
  EXPECT_EQ(weighted.counts, repeated.counts);
  EXPECT_TRUE(weighted.sums.isApprox(repeated.sums, 1e-6));
  EXPECT_NEAR(weighted.scatter(7, 4), repeated.scatter(7, 4), 1e-4 * repeated.scatter(7, 4));
}

TEST(Statistics, OfPartsAreTakenAwayAgain) {
  dataset::Table table = synthetic_table(100);
  for (dataset::Row& row : table.rows) row.weight = 0.1F;  // not exact in binary
  const auto rows = all_rows(table);
  const std::vector<double> origin(table.n_features(), 9.5);
  std::vector<std::size_t> first, rest;  // a genre and the others
  for (const std::size_t row : rows) (table.rows[row].label == 0 ? first : rest).push_back(row);
  Statistics s = statistics(table, rows, origin);
  s.subtract(statistics(table, first, origin));
  const Statistics expected = statistics(table, rest, origin);
  EXPECT_EQ(s.counts[0], 0);
  EXPECT_TRUE(s.sums.isApprox(expected.sums, 1e-9));
  EXPECT_NEAR(s.scatter(7, 4), expected.scatter(7, 4), 1e-6 * expected.scatter(7, 4));
}

TEST(Statistics, OfPartsAddUp) {
  const dataset::Table table = synthetic_table(300);
  const std::vector<double> origin(table.n_features(), 0.0);
  const std::vector<std::size_t> rows = all_rows(table);
  Statistics sum = statistics(table, std::span(rows).first(100), origin);
  sum.add(statistics(table, std::span(rows).subspan(100), origin));
  const Statistics whole = statistics(table, rows, origin);
  EXPECT_EQ(sum.counts, whole.counts);
  EXPECT_TRUE(sum.sums.isApprox(whole.sums, 1e-12));
  EXPECT_TRUE(sum.scatter.isApprox(whole.scatter, 1e-12));
}

TEST(Discriminants, DoNotDependOnTheOrigin) {
  const dataset::Table table = synthetic_table(600);
  const auto network = [&](double zero) {
    const std::vector<double> origin(table.n_features(), zero);
    return Discriminants(statistics(table, all_rows(table), origin), origin, false).network(0.1);
  };
  const TrainedNetwork near = network(10), far = network(-100);
  for (std::size_t i = 0; i < table.n_features(); ++i) {
    EXPECT_NEAR(near.mean[i], far.mean[i], 1e-9);
    EXPECT_NEAR(near.std[i], far.std[i], 1e-9);
  }
  const auto &weights = near.layers.front().weights, &others = far.layers.front().weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    EXPECT_NEAR(weights[i], others[i], 1e-4 * (1 + std::abs(weights[i])));
  }
}

TEST(Discriminants, AreFiniteWhereNothingVariesWithinAGenre) {
  dataset::Table table = synthetic_table(60);
  for (dataset::Row& row : table.rows) {
    row.features.assign(table.n_features(), static_cast<float>(row.label));
  }
  const std::vector<double> origin(table.n_features(), 0.0);
  const Discriminants discriminants(statistics(table, all_rows(table), origin), origin, false);
  const TrainedNetwork network = discriminants.network(0.05);
  for (const float weight : network.layers.front().weights) EXPECT_TRUE(std::isfinite(weight));
  const std::vector<std::size_t> rows = all_rows(table);
  const evaluate::Predictions found = predict_rows(network, table, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_GT(found.certainties[3 * i + table.rows[i].label], 0.99F);
  }
}

}  // namespace
}  // namespace genre::train::test
