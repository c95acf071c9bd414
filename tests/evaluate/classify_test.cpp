#include "evaluate/classify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace genre::test {
namespace {

using namespace dataset;
using namespace evaluate;

ModelInfo model_with(std::vector<std::string> labels) {
  ModelInfo info;
  info.inputs = {{"features", FeaturesInput{}}};
  info.labels = std::move(labels);
  return info;
}

using testing::HasSubstr;

TEST(WithLabels, RenumbersTheRowsByTheModelsLabels) {
  const Table table{
      .name = "t",
      .labels = {"jazz", "rock"},
      .rows = {{.track = "x", .label = 0, .features = std::vector<float>(kGtzan26Size)},
               {.track = "y", .label = 1, .features = std::vector<float>(kGtzan26Size)}}};
  const auto mapped = with_labels(table, model_with({"rock", "blues", "jazz"}));
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->rows[0].label, 2U);
  EXPECT_EQ(mapped->rows[1].label, 0U);
  EXPECT_EQ(mapped->labels.size(), 3U);
}

TEST(WithLabels, NamesAGenreThatTheModelDoesNotKnow) {
  const auto mapped =
      with_labels({.name = "t", .labels = {"polka"}, .rows = {}}, model_with({"rock"}));
  ASSERT_FALSE(mapped);
  EXPECT_THAT(mapped.error().message, HasSubstr("does not know the genre polka; it knows rock"));
}

TEST(Classify, GivesTheModelsCertaintiesRowByRow) {
  const auto model = Model::seed();
  Table table{.name = "t", .labels = model->info().labels, .rows = {}};
  for (int i = 0; i < 3; ++i) {
    Row row{.track = "x", .label = 0, .features = std::vector<float>(kGtzan26Size)};
    row.features[2] = 1000.0F * static_cast<float>(i);
    table.rows.push_back(row);
  }
  const std::vector<std::size_t> rows = {2, 0};
  const Predictions predictions = classify(model, table, rows);
  const std::size_t n_labels = table.labels.size();
  ASSERT_EQ(predictions.certainties.size(), 2 * n_labels);
  ASSERT_EQ(predictions.novelty.size(), 2U);
  Classifier classifier(model);
  std::vector<float> expected(n_labels);
  classifier.predict_proba(table.rows[0].features, expected);
  EXPECT_THAT(std::span(predictions.certainties).subspan(n_labels),
              testing::ElementsAreArray(expected));
  EXPECT_FLOAT_EQ(predictions.novelty[1], static_cast<float>(classifier.novelty()));
  EXPECT_NE(predictions.novelty[0], predictions.novelty[1]);
}

}  // namespace
}  // namespace genre::test
