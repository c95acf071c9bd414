#include "evaluate/metrics.h"

#include <gtest/gtest.h>

#include <numeric>

namespace genre::test {
namespace {

using namespace dataset;
using namespace evaluate;

// Four clips of two genres; the first three are one track.
Table small_table() {
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}};
  for (const auto& [track, label] : {std::pair{"x", 0}, {"x", 0}, {"x", 0}, {"y", 1}}) {
    table.rows.push_back({track, static_cast<std::size_t>(label), {}});
  }
  return table;
}

Metrics metrics_of(const std::vector<float>& certainties) {
  const Table table = small_table();
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return evaluate::evaluate(table, rows,
                            {.certainties = certainties, .novelty = {}, .window_correlation = {}});
}

TEST(Metrics, OfPerfectCertaintiesArePerfect) {
  const Metrics metrics = metrics_of({1, 0, 1, 0, 1, 0, 0, 1});
  EXPECT_EQ(metrics.clip_accuracy, 1);
  EXPECT_EQ(metrics.track_accuracy, 1);
  EXPECT_EQ(metrics.calibration_error, 0);
  EXPECT_EQ(metrics.genres[1].f1, 1);
}

TEST(Metrics, ATracksGenreIsThatOfItsMeanCertainties) {
  // Two of the three clips of x are wrong, but the correct one is surer.
  const Metrics metrics = metrics_of({0.45F, 0.55F, 0.45F, 0.55F, 0.9F, 0.1F, 0.2F, 0.8F});
  EXPECT_EQ(metrics.n_clips, 4U);
  EXPECT_EQ(metrics.n_tracks, 2U);
  EXPECT_EQ(metrics.clip_accuracy, 0.5);
  EXPECT_EQ(metrics.track_accuracy, 1);
}

TEST(Metrics, CountConfusionsAndWhatFollowsFromThem) {
  const Metrics metrics = metrics_of({0.45F, 0.55F, 0.45F, 0.55F, 0.9F, 0.1F, 0.2F, 0.8F});
  EXPECT_EQ(metrics.confusion, (std::vector<std::vector<std::size_t>>{{1, 2}, {0, 1}}));
  EXPECT_DOUBLE_EQ(metrics.genres[0].precision, 1);
  EXPECT_DOUBLE_EQ(metrics.genres[0].recall, 1.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.genres[0].f1, 0.5);
  EXPECT_DOUBLE_EQ(metrics.genres[1].precision, 1.0 / 3);
  EXPECT_DOUBLE_EQ(metrics.genres[1].recall, 1);
}

TEST(Metrics, CalibrationErrorIsTheGapBetweenCertaintyAndAccuracy) {
  // Always 0.8 sure, correct in one of four: one bin, a gap of 0.55.
  const Metrics metrics = metrics_of({0.2F, 0.8F, 0.2F, 0.8F, 0.2F, 0.8F, 0.2F, 0.8F});
  EXPECT_EQ(metrics.clip_accuracy, 0.25);
  EXPECT_NEAR(metrics.calibration_error, 0.55, 1e-6);
}

TEST(Metrics, ReliabilityIsCertaintyBesideAccuracyInEachBin) {
  const Metrics metrics = metrics_of({0.2F, 0.8F, 0.2F, 0.8F, 0.2F, 0.8F, 0.45F, 0.55F});
  ASSERT_EQ(metrics.reliability.size(), 15U);
  EXPECT_EQ(metrics.reliability[12].n_clips, 3U);
  EXPECT_NEAR(metrics.reliability[12].certainty, 0.8, 1e-6);
  EXPECT_EQ(metrics.reliability[12].accuracy, 0);
  EXPECT_EQ(metrics.reliability[8].n_clips, 1U);
  EXPECT_EQ(metrics.reliability[8].accuracy, 1);
}

// scikit-learn: balanced_accuracy_score([0]*3+[1], [0,1,1,1]) and f1_score(..., average="macro").
TEST(Metrics, AverageOverGenres) {
  const Metrics metrics = metrics_of({0.45F, 0.55F, 0.45F, 0.55F, 0.9F, 0.1F, 0.2F, 0.8F});
  EXPECT_NEAR(metrics.clip_averages.balanced_accuracy, (1.0 / 3 + 1) / 2, 1e-12);
  EXPECT_NEAR(metrics.clip_averages.macro_f1, 0.5, 1e-12);
  EXPECT_EQ(metrics.track_averages.balanced_accuracy, 1);
  EXPECT_EQ(metrics.track_confusion, (Confusion{{1, 0}, {0, 1}}));
}

TEST(Metrics, AverageOnlyOverGenresThatOccur) {
  // Of three genres, the second is only predicted and the third is neither.
  const Averages means = averages({{1, 1, 0}, {0, 0, 0}, {0, 0, 0}});
  EXPECT_DOUBLE_EQ(means.balanced_accuracy, 0.5);
  EXPECT_DOUBLE_EQ(means.macro_f1, (2.0 / 3) / 2);
}

// scikit-learn: roc_auc_score and average_precision_score of
// [1, 1, 0, 1, 0], [.9, .8, .7, .6, .6].
TEST(CertaintyCurve, IsThatOfTheRightPredictions) {
  const auto curve =
      certainty_curve({{0.6, false}, {0.8, true}, {0.9, true}, {0.6, true}, {0.7, false}});
  ASSERT_TRUE(curve);
  EXPECT_NEAR(curve->auc, 0.75, 1e-12);
  EXPECT_NEAR(curve->average_precision, 1.0 / 3 + 1.0 / 3 + 0.6 / 3, 1e-12);
  ASSERT_EQ(curve->points.size(), 4U);  // two certainties are equal
  EXPECT_EQ(curve->points[2].threshold, 0.7);
  EXPECT_NEAR(curve->points[2].precision, 2.0 / 3, 1e-12);
  EXPECT_NEAR(curve->points[2].false_positive_rate, 0.5, 1e-12);
  EXPECT_FALSE(certainty_curve({{0.6, true}}));
}

TEST(DataSets, HaveTheirOwnMetrics) {
  Table table = small_table();
  const std::vector<std::size_t> rows = {0, 1, 2, 3};
  const Predictions predictions{.certainties = {0.9F, 0.1F, 0.6F, 0.4F, 0.8F, 0.2F, 0.9F, 0.1F},
                                .novelty = {},
                                .window_correlation = {}};
  EXPECT_TRUE(evaluate_data_sets(table, rows, predictions).empty());
  table.data_sets = {"first", "second"};
  table.rows[3].data_set = 1;
  const auto metrics = evaluate_data_sets(table, rows, predictions);
  ASSERT_EQ(metrics.size(), 2U);
  EXPECT_EQ(metrics[0].n_clips, 3U);
  EXPECT_EQ(metrics[0].clip_accuracy, 1);
  EXPECT_EQ(metrics[1].clip_accuracy, 0);
}

// 100 tracks of one clip each, of which `correct` are correct.
Metrics metrics_of_tracks(std::size_t correct) {
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}};
  std::vector<float> certainties;
  for (std::size_t i = 0; i < 100; ++i) {
    table.rows.push_back({std::to_string(i), 0, {}});
    certainties.insert(certainties.end(), {i < correct ? 0.9F : 0.1F, i < correct ? 0.1F : 0.9F});
  }
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return evaluate::evaluate(table, rows,
                            {.certainties = certainties, .novelty = {}, .window_correlation = {}});
}

TEST(Metrics, IntervalsAreThoseOfTheBinomialDistribution) {
  // 80 of 100: a standard error of 4 points.
  const Metrics metrics = metrics_of_tracks(80);
  EXPECT_NEAR(metrics.track_interval.low, 0.72, 0.015);
  EXPECT_NEAR(metrics.track_interval.high, 0.88, 0.015);
  EXPECT_EQ(metrics.clip_interval.low, metrics.track_interval.low) << "one clip a track";
  EXPECT_EQ(metrics_of_tracks(100).track_interval.low, 1);
}

TEST(Metrics, TracksHaveACalibrationErrorOfTheirOwn) {
  // Clips 0.8 sure and correct; a track of three such is surer where its clips are independent.
  const Table table = small_table();
  const std::vector<std::size_t> rows = {0, 1, 2, 3};
  const std::vector<float> certainties = {0.8F, 0.2F, 0.8F, 0.2F, 0.8F, 0.2F, 0.2F, 0.8F};
  const auto error = [&](std::optional<double> correlation) {
    return evaluate::evaluate(
               table, rows,
               {.certainties = certainties, .novelty = {}, .window_correlation = correlation})
        .track_calibration_error;
  };
  EXPECT_NEAR(error(std::nullopt), 0.2, 1e-6);
  EXPECT_NEAR(error(1), 0.2, 1e-6);
  EXPECT_NEAR(error(0), (1 / 65.0 + 0.2) / 2, 1e-6);  // odds of 4^3 for x
}

TEST(Confidence, CountsWhatReachesTheThresholds) {
  const Table table = small_table();
  const std::vector<std::size_t> rows = {0, 1, 2, 3};
  const Predictions predictions{.certainties = {0.9F, 0.1F, 0.6F, 0.4F, 0.2F, 0.8F, 0.1F, 0.9F},
                                .novelty = {1, 1, 1, 5},
                                .window_correlation = {}};
  const ConfidentThresholds thresholds{.clip = {.certainty = 0.75, .novelty = 2},
                                       .track = {.certainty = 0.5, .novelty = 2},
                                       .track_clips = 3};
  const ConfidentMetrics metrics = evaluate_confidence(table, rows, predictions, thresholds);
  EXPECT_EQ(metrics.clips.all, 4U);
  EXPECT_EQ(metrics.clips.confident, 2U);  // the first, correct, and the third, wrong
  EXPECT_EQ(metrics.clips.accuracy(), 0.5);
  EXPECT_EQ(metrics.tracks.all, 2U);
  EXPECT_EQ(metrics.tracks.confident, 1U);  // x, by its own threshold; y is too new
  EXPECT_EQ(metrics.tracks.accuracy(), 1);
  ConfidentMetrics sum = metrics;
  sum.add(metrics);
  EXPECT_EQ(sum.clips.all, 8U);
  EXPECT_EQ(sum.tracks.correct, 2U);
}

}  // namespace
}  // namespace genre::test
