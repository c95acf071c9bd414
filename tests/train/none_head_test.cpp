#include "train/none_head.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "dataset/merge.h"
#include "dataset/synthetic_table.h"
#include "train/experiment.h"
#include "train/onnx_export.h"
#include "train/report.h"

namespace genre::train::test {
namespace {

using dataset::Row;
using dataset::Table;
using genre::test::all_rows;
using genre::test::synthetic_table;

// Three genres, 100 tracks of 20 artists. Others are like the genres but for one feature, which is
// larger by `difference` deviations.
Table table_with_others(std::size_t n_tracks, float difference) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  Table table = synthetic_table(200);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    Row& row = table.rows[i];
    row.group = fmt::format("artist {}", i / 2 % 20);
    row.features[5] = normal(random);
  }
  for (std::size_t i = 0; i < 2 * n_tracks; ++i) {
    Row row = table.rows[i % table.rows.size()];
    row.track = fmt::format("other {}", i / 2);
    row.group = fmt::format("other artist {}", i / 4);
    row.label = 0;
    for (float& feature : row.features) feature += 0.01F * normal(random);
    row.features[5] = difference + normal(random);
    table.others.push_back(row);
  }
  return table;
}

bool go_on(const Progress&) { return true; }

TEST(NoneHead, TellsOthersFromTheGenres) {
  const Table table = table_with_others(60, 4);
  const auto head = fit_none_head(table, all_rows(table), {}, go_on);
  ASSERT_TRUE(head);
  EXPECT_GT(head->auc, 0.98);
  EXPECT_EQ(head->n_genre_tracks, 100U);
  EXPECT_EQ(head->n_other_tracks, 60U);
  EXPECT_EQ(head->held_out.size(), table.rows.size());
  EXPECT_EQ(head->others.size(), 120U);
  evaluate::Predictions predictions;
  add_none(*head, std::vector<std::size_t>{3, 1}, predictions);
  EXPECT_THAT(predictions.none, testing::ElementsAre(head->held_out.at(3), head->held_out.at(1)));
}

TEST(NoneHead, IsMeasuredOnTracksThatItDidNotLearn) {
  // Nothing tells these apart, but 27 parameters can learn 40 tracks by heart.
  const Table table = table_with_others(20, 0);
  const Rows rows = all_rows(table);
  const auto head = fit_none_head(table, std::span(rows).first(40), {}, go_on);
  ASSERT_TRUE(head);
  EXPECT_LT(head->auc, 0.7);
}

TEST(NoneHead, GivesCertaintiesThatAreRight) {
  const Table table = table_with_others(100, 2);
  const auto head = fit_none_head(table, all_rows(table), {}, go_on);
  ASSERT_TRUE(head);
  // The sum of the certainties is the number of others, if they are calibrated.
  double sum = 0;
  for (const auto& [row, logit] : head->held_out) sum += 1 / (1 + std::exp(-logit));
  for (const float logit : head->others) sum += 1 / (1 + std::exp(-logit));
  EXPECT_NEAR(sum, 200, 20);
}

TEST(NoneHead, NeedsSeveralOthers) {
  for (const std::size_t n_tracks : {std::size_t{0}, kFewestOthers - 1}) {
    const Table table = table_with_others(n_tracks, 4);
    EXPECT_FALSE(fit_none_head(table, all_rows(table), {}, go_on));
  }
  const Table table = table_with_others(40, 4);
  EXPECT_FALSE(fit_none_head(table, all_rows(table), {}, [](const Progress&) { return false; }));
}

// An experiment's network and figures.
class NoneOfThese : public testing::Test {
 protected:
  Table table_ = table_with_others(60, 4);
  Experiment experiment_ =
      *run_k_fold("k-fold", table_, 5, dataset::Unit::kGroup, TrainOptions{}, go_on);
};

TEST_F(NoneOfThese, KeepsTheNetworkFromBeingConfidentOfOthers) {
  ASSERT_TRUE(experiment_.none && experiment_.others && experiment_.others_without_head);
  EXPECT_EQ(experiment_.others->all, 60U);
  EXPECT_GT(experiment_.others_without_head->share(), 0.2);  // most others are novel, too
  EXPECT_LT(experiment_.others->share(), 0.1);
  EXPECT_GT(experiment_.confidence->tracks.share(), 0.8);
  EXPECT_GT(experiment_.confidence->tracks.accuracy(), 0.9);
  const std::string text = to_text(experiment_, table_);
  EXPECT_THAT(text, testing::ContainsRegex("none of these: AUC [01].[0-9]+ for 100 tracks of the "
                                           "genres and 60 of others"));
  EXPECT_THAT(text, testing::ContainsRegex("of 60 tracks \\([0-9]+ % without none of these\\)"));
  const auto json = to_json(experiment_);
  EXPECT_GT(json.at("none").at("auc"), 0.98);
  EXPECT_GT(json.at("others").at("confident_share_without_none"),
            json.at("others").at("confident_share"));
}

TEST_F(NoneOfThese, IsAnOutputOfTheModel) {
  const std::string onnx =
      to_onnx(experiment_.fit.network, {{metadata_key::kName, "n"},
                                        {metadata_key::kFeatureSet, "gtzan26"},
                                        {metadata_key::kPadMode, "constant"},
                                        {metadata_key::kLabels, R"(["a","b","c"])"}});
  const auto model = Model::load(std::as_bytes(std::span(onnx)));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ((*model)->info().outputs.none, "none");
  Classifier classifier(*model);
  const Table others = dataset::table_of_others(table_);
  const auto expected = predict_rows(experiment_.fit.network, others, all_rows(others)).none;
  ASSERT_EQ(expected.size(), others.rows.size());
  std::vector<float> certainties(3);
  for (std::size_t i = 0; i < 20; ++i) {
    classifier.predict_proba(others.rows[i].features, certainties);
    EXPECT_NEAR(classifier.none(), expected[i], 1e-3);
  }
}

}  // namespace
}  // namespace genre::train::test
