#include "train/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace genre::train::test {
namespace {

using namespace dataset;
using namespace evaluate;
struct Data {
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}};
  std::vector<std::size_t> rows;
  std::vector<float> logits;
};

// Rows whose label is drawn by the softmax of their logits / temperature; n_clips a track, all of
// one label and one logit.
Data drawn(double temperature, std::size_t n_tracks, std::size_t n_clips = 1) {
  std::mt19937_64 random(1);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  Data data;
  for (std::size_t i = 0; i < n_tracks; ++i) {
    const double logit = 8 * uniform() - 4;  // of b; that of a is 0
    const double p = 1 / (1 + std::exp(-logit / temperature));
    const std::size_t label = uniform() < p ? 1 : 0;
    for (std::size_t clip = 0; clip < n_clips; ++clip) {
      data.rows.push_back(data.table.rows.size());
      data.table.rows.push_back({.track = std::to_string(i), .label = label, .features = {}});
      data.logits.insert(data.logits.end(), {0.0F, static_cast<float>(logit)});
    }
  }
  return data;
}

Predictions predictions_of(const Data& data) {
  return {.certainties = softmax(data.logits, 2, 1),
          .novelty = std::vector<float>(data.rows.size(), 1),
          .window_correlation = {}};
}

TEST(Softmax, IsOneInAllAndFollowsTheTemperature) {
  const auto certainties = softmax(std::vector<float>{0, 1, 2, 2}, 2, 0.5);
  EXPECT_NEAR(certainties[1], 1 / (1 + std::exp(-2)), 1e-6);
  EXPECT_NEAR(certainties[2], 0.5, 1e-6);
  EXPECT_EQ(softmax(std::vector<float>{0, 1e9F}, 2, 1)[1], 1);
}

TEST(Temperature, IsFoundAgain) {
  for (const double temperature : {0.5, 1.0, 3.0}) {
    const Data data = drawn(temperature, 20000);
    EXPECT_NEAR(fit_temperature(data.logits, data.table, data.rows), temperature,
                0.1 * temperature);
  }
}

TEST(WindowCorrelation, IsOneOfClipsThatRepeatEachOther) {
  const Data data = drawn(1, 4000, 5);
  EXPECT_GT(fit_window_correlation(predictions_of(data), data.table, data.rows), 0.9);
}

TEST(WindowCorrelation, IsNoneOfClipsThatAreIndependent) {
  std::mt19937_64 random(1);
  Data data;
  for (std::size_t i = 0; i < 4000; ++i) {
    const std::size_t label = random() % 2;
    for (std::size_t clip = 0; clip < 5; ++clip) {
      data.rows.push_back(data.table.rows.size());
      data.table.rows.push_back({.track = std::to_string(i), .label = label, .features = {}});
      // Seven in ten clips are for the correct label, whatever the others are for.
      const bool correct = random() % 10 < 7;
      const auto odds = static_cast<float>(std::log(7.0 / 3));
      data.logits.insert(data.logits.end(), {0.0F, correct == (label == 1) ? odds : -odds});
    }
  }
  EXPECT_LT(fit_window_correlation(predictions_of(data), data.table, data.rows), 0.05);
}

TEST(Confidence, HoldsWhatItPromises) {
  const Data data = drawn(1, 20000);
  const ConfidentThresholds thresholds =
      fit_confidence(predictions_of(data), data.table, data.rows);
  const auto [clips, tracks] =
      evaluate_confidence(data.table, data.rows, predictions_of(data), thresholds);
  EXPECT_GE(clips.accuracy(), kConfidentAccuracy);
  EXPECT_LT(clips.accuracy(), kConfidentAccuracy + 0.02) << "more could have been answered";
  EXPECT_GT(clips.share(), 0.3);
  EXPECT_EQ(thresholds.track_clips, 1U);
}

TEST(Confidence, IsNeverReachedWhereNothingIsRightOftenEnough) {
  Data data = drawn(1, 100);
  for (Row& row : data.table.rows) row.label = 0;
  data.logits.assign(data.logits.size(), 0);
  for (std::size_t i = 1; i < data.logits.size(); i += 2) data.logits[i] = 5;  // always wrong
  const ConfidentThresholds thresholds =
      fit_confidence(predictions_of(data), data.table, data.rows);
  EXPECT_FALSE(thresholds.reached(1, 0, 1));
}

TEST(Confidence, LeavesOutOneInAHundredAsTooNew) {
  Data data = drawn(1, 1000);
  Predictions predictions = predictions_of(data);
  std::iota(predictions.novelty.begin(), predictions.novelty.end(), 0.0F);
  EXPECT_NEAR(fit_confidence(predictions, data.table, data.rows).clip.novelty, 990, 1);
}

}  // namespace
}  // namespace genre::train::test
