// What the learners make of data whose answer is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "dataset/synthetic_table.h"
#include "train/experiment.h"
#include "train/onnx_export.h"
#if GENRE_HAS_DENSE
#include "train/dense.h"
#endif

namespace genre::train::test {
namespace {

using namespace dataset;

using genre::test::synthetic_table;

bool go_on(const Progress&) { return true; }

// Empty in a build without LibTorch.
LearnerFactory dense_factory() {
#if GENRE_HAS_DENSE
  return make_dense;
#else
  return {};
#endif
}

constexpr const char* kNoDense = "this build has no dense network: LibTorch was not found";

TrainOptions options(Method method, std::uint64_t seed = 1, std::size_t epochs = 5) {
  return {.method = method,
          .epochs = epochs,
          .batch_size = 32,
          .seed = seed,
          .make_dense = dense_factory()};
}

Experiment train(const Table& table, const TrainOptions& options,
                 const ProgressCallback& on_progress = go_on) {
  const auto split = track_split(table, 1);
  EXPECT_TRUE(split);
  auto experiment = run_split("track", table, *split, options, on_progress);
  EXPECT_TRUE(experiment) << experiment.error().message;
  return *experiment;
}

class Learners : public testing::TestWithParam<Method> {
 protected:
  void SetUp() override {
    if (GetParam() == Method::kDense && !dense_factory()) GTEST_SKIP() << kNoDense;
  }
};
INSTANTIATE_TEST_SUITE_P(Method, Learners, testing::Values(Method::kLda, Method::kDense),
                         [](const auto& method) {
                           return method.param == Method::kLda ? "Lda" : "Dense";
                         });

// Each track by another artist.
Table with_artists(Table table) {
  for (Row& row : table.rows) row.group = "artist of " + row.track;
  return table;
}

TEST_P(Learners, LearnWhatCanBeLearnt) {
  const Experiment experiment = train(with_artists(synthetic_table(600)), options(GetParam()));
  EXPECT_EQ(experiment.validation.clip_accuracy, 1);
  ASSERT_TRUE(experiment.test);
  EXPECT_EQ(experiment.test->clip_accuracy, 1);
  EXPECT_EQ(experiment.test->n_clips, 60U);
  ASSERT_TRUE(experiment.confidence);
  EXPECT_EQ(experiment.confidence->tracks.accuracy(), 1);
}

TEST_P(Learners, AreReproducedByTheirSeed) {
  const Table table = synthetic_table(120);
  const std::string model = to_onnx(train(table, options(GetParam(), 3)).fit.network, {});
  EXPECT_EQ(to_onnx(train(table, options(GetParam(), 3)).fit.network, {}), model);
}

TEST_P(Learners, TakeAFeatureThatNeverChanges) {
  Table table = synthetic_table(120);
  for (Row& row : table.rows) row.features[3] = 7.0F;
  EXPECT_GT(train(table, options(GetParam())).validation.clip_accuracy, 0.9);
}

TEST_P(Learners, MeasureOnOriginalsAndTrainOnCopiesToo) {
  Table table = synthetic_table(600);
  const std::size_t n = table.rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    Row copy = table.rows[i];
    copy.augmented = true;
    copy.features[0] += 1;
    table.rows.push_back(copy);
  }
  const Experiment experiment = train(table, options(GetParam()));
  EXPECT_EQ(experiment.test->n_clips, 60U);
  // The copies' share in the mean of feature 0, which is 11 without them.
  EXPECT_NEAR(experiment.fit.network.mean[0], 11.5, 0.3);
}

TEST_P(Learners, AreAsSureAsTheyAreRight) {
  // Features that say little: a quarter of the labels are drawn at random.
  Table table = synthetic_table(1200);
  for (std::size_t i = 0; i < table.rows.size(); i += 8) {
    table.rows[i].label = table.rows[i + 1].label = i / 8 % 3;
  }
  const Experiment experiment = train(table, options(GetParam(), 1, 30));
  EXPECT_LT(experiment.validation.calibration_error, 0.08);
}

TEST_P(Learners, KeepTheirLearningCurve) {
  const LearningCurve curve = train(synthetic_table(600), options(GetParam())).fit.curve;
  EXPECT_EQ(curve.points.size(), GetParam() == Method::kLda ? 4U : 5U);
  for (std::size_t i = 1; i < curve.points.size(); ++i) {
    EXPECT_GT(curve.points[i].step, curve.points[i - 1].step);
    EXPECT_TRUE(std::isfinite(curve.points[i].validation_loss));
  }
}

TEST_P(Learners, CrossValidateEveryClipOnce) {
  const Table table = synthetic_table(120);
  std::size_t calls = 0;
  const auto experiment = run_k_fold("4-fold track", table, 4, Unit::kTrack,
                                     options(GetParam(), 1, 20), [&](const Progress&) {
                                       ++calls;
                                       return true;
                                     });
  ASSERT_TRUE(experiment) << experiment.error().message;
  ASSERT_TRUE(experiment->test);
  EXPECT_EQ(experiment->test->n_clips, 120U);
  EXPECT_EQ(experiment->test->n_tracks, 60U);
  EXPECT_GT(experiment->test->clip_accuracy, 0.95);
  EXPECT_GT(calls, 5U);
}

TEST(Lda, ValidatesOnOtherClipsOfTheSameTracksIfAskedTo) {
  // Two clips of a track are the same, and tracks of a genre have nothing in common.
  Table table = synthetic_table(60);
  std::mt19937 random(1);
  for (std::size_t row = 0; row < table.rows.size(); row += 2) {
    for (float& feature : table.rows[row].features) {
      feature = static_cast<float>(random() % 1000) / 100.0F;
    }
    table.rows[row + 1].features = table.rows[row].features;
  }
  const auto validation_accuracy = [&](const Split& split) {
    return run_split("p", table, split, options(Method::kLda), go_on)->validation.clip_accuracy;
  };
  EXPECT_GT(validation_accuracy(*random_clip_split(table, 0, 0, 1)),
            validation_accuracy(*track_split(table, 1)) + 0.2);
}

// Tracks of two sources, by artists of both. The genre shows only in what each artist always does,
// so only who has learned the artist is right.
Table known_by_artist() {
  std::mt19937 random(1);
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}};
  for (std::size_t artist = 0; artist < 40; ++artist) {
    std::vector<float> features(kGtzan26Size);
    for (float& feature : features) feature = static_cast<float>(random() % 1000);
    for (std::size_t track = 0; track < 6; ++track) {
      Row row{.track = std::to_string(artist) + "." + std::to_string(track),
              .label = artist % 2,
              .features = features,
              .group = std::to_string(artist),
              .source = track % 2 == 0 ? "radio" : "shop"};
      for (float& feature : row.features) feature += static_cast<float>(random() % 100) / 100;
      table.rows.push_back(row);
    }
  }
  return table;
}

TEST_P(Learners, DoNotLearnTheArtistsOfASourceThatIsLeftOut) {
  const Table table = known_by_artist();
  const auto by_track =
      run_k_fold("k-fold", table, 4, Unit::kTrack, options(GetParam(), 1, 20), go_on);
  ASSERT_TRUE(by_track) << by_track.error().message;
  EXPECT_GT(by_track->test->clip_accuracy, 0.8);
  EXPECT_FALSE(by_track->confident) << "the folds share artists";
  const auto by_source =
      run_k_fold("source-out", table, 4, Unit::kSource, options(GetParam(), 1, 20), go_on);
  // Every artist is in both sources, so that no row is left to train on.
  ASSERT_FALSE(by_source);
  EXPECT_THAT(by_source.error().message, testing::HasSubstr("too few"));
}

TEST_P(Learners, AreTestedOnEachOfTwoSources) {
  Table table = with_artists(synthetic_table(240));
  for (Row& row : table.rows) row.source = std::stoi(row.track.substr(2)) % 2 ? "radio" : "shop";
  table.data_sets = {"shop", "radio"};
  for (Row& row : table.rows) row.data_set = row.source == "radio";
  const auto experiment =
      run_k_fold("source-out", table, 10, Unit::kSource, options(GetParam(), 1, 20), go_on);
  ASSERT_TRUE(experiment) << experiment.error().message;
  EXPECT_EQ(experiment->test->n_clips, 240U);
  EXPECT_GT(experiment->test->clip_accuracy, 0.95);
  ASSERT_EQ(experiment->by_data_set.size(), 2U);
  EXPECT_EQ(experiment->by_data_set[0].n_clips + experiment->by_data_set[1].n_clips, 240U);
  EXPECT_TRUE(experiment->confident);
}

TEST_P(Learners, PromiseNothingWhereNobodyKnowsTheArtists) {
  const Experiment unknown = train(synthetic_table(600), options(GetParam()));
  EXPECT_FALSE(unknown.confident);
  EXPECT_FALSE(unknown.confidence);
  const Table table = with_artists(synthetic_table(600));
  EXPECT_TRUE(train(table, options(GetParam())).confident);
  const auto split = random_clip_split(table, 0, 0, 1);
  const auto random = run_split("p", table, *split, options(GetParam()), go_on);
  EXPECT_FALSE(random->confident) << "clips of a track are in both parts";
}

// The thresholds of a split by tracks come from folds by artist.
TEST(Lda, IsAsConfidentAsItIsRightAboutOtherArtists) {
  Table table = known_by_artist();
  for (Row& row : table.rows) row.source.clear();
  const auto split = track_split(table, 1, Unit::kTrack);
  const auto experiment = run_split("track", table, *split, options(Method::kLda), go_on);
  ASSERT_TRUE(experiment->confident);
  EXPECT_LT(experiment->validation.clip_accuracy, 0.7);
  EXPECT_LT(experiment->confidence->tracks.share(), 0.2);
}

TEST(KFold, NeedsThreeTracks) {
  const auto experiment =
      run_k_fold("k-fold", synthetic_table(4), 10, Unit::kTrack, options(Method::kLda), go_on);
  ASSERT_FALSE(experiment);
  EXPECT_THAT(experiment.error().message, testing::HasSubstr("too few"));
}

TEST_P(Learners, AreNoModelIfCrossValidationIsInterrupted) {
  const auto experiment = run_k_fold("k-fold", synthetic_table(120), 4, Unit::kTrack,
                                     options(GetParam()), [](const Progress&) { return false; });
  ASSERT_FALSE(experiment);
  EXPECT_THAT(experiment.error().message, testing::HasSubstr("interrupted"));
}

TEST(Lda, IsFishersDiscriminantWhereItIsKnown) {
  // Two Gaussians in the first two features, with the covariance (1, r; r, 1): the discriminant is
  // the inverse of that times the distance of the means.
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  constexpr float r = 0.8F;
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}};
  for (std::size_t i = 0; i < 20000; ++i) {
    Row row{.track = std::to_string(i / 2), .label = i % 2, .features = {}};
    row.features.assign(kGtzan26Size, 0);
    const float u = normal(random), v = normal(random);
    row.features[0] = u + (row.label == 1 ? 1.0F : 0.0F);
    row.features[1] = r * u + std::sqrt(1 - r * r) * v;
    table.rows.push_back(row);
  }
  const Experiment experiment = train(table, options(Method::kLda));
  const Layer& layer = experiment.fit.network.layers.front();
  const auto weight = [&](std::size_t i) {
    return (layer.weights[layer.n_in + i] - layer.weights[i]) /
           static_cast<float>(experiment.fit.network.std[i]);
  };
  // The inverse's first column is (1, -r) / (1 - r^2). The least shrinkage that is tried is 0.05.
  EXPECT_NEAR(weight(1) / weight(0), -r, 0.1);
  // Right as often as Gaussians of that distance are: Phi(d / 2), d^2 = 1 / (1 - r^2).
  EXPECT_NEAR(experiment.validation.clip_accuracy, 0.7977, 0.02);
}

TEST(Lda, CountsGenresEquallyIfBalanced) {
  Table table = synthetic_table(600);
  std::erase_if(table.rows, [i = 0](const Row& row) mutable { return row.label == 2 && i++ % 5; });
  for (std::size_t i = 0; i < table.rows.size(); ++i) {  // says nothing at all
    table.rows[i].features.assign(kGtzan26Size, static_cast<float>(i % 7));
  }
  TrainOptions balanced = options(Method::kLda);
  balanced.balanced = true;
  const auto rare = [&](const TrainOptions& chosen) {
    const Fit fit = train(table, chosen).fit;
    return fit.validation_predictions.certainties[2];
  };
  EXPECT_LT(rare(options(Method::kLda)), 0.2);
  EXPECT_NEAR(rare(balanced), 1.0 / 3, 0.05);
}

TEST(Lda, StopsAfterTheFoldAtHandAndKeepsWhatItHas) {
  const Table table = synthetic_table(600);
  const Experiment whole = train(table, options(Method::kLda));
  const Experiment stopped = train(table, options(Method::kLda), [](const Progress& progress) {
    EXPECT_LE(progress.done, 2U);
    return progress.done < 2;
  });
  EXPECT_EQ(stopped.fit.n_train, whole.fit.n_train);  // the network is trained on all folds
  EXPECT_LT(stopped.fit.validation.size(), whole.fit.validation.size());
  EXPECT_FALSE(stopped.fit.validation.empty());
  EXPECT_TRUE(stopped.fit.curve.points.empty());
  EXPECT_EQ(stopped.test->clip_accuracy, 1);
}

class Dense : public testing::Test {
 protected:
  void SetUp() override {
    if (!dense_factory()) GTEST_SKIP() << kNoDense;
  }
};

TEST_F(Dense, IsTheSeedNetwork) {
  const Experiment experiment = train(synthetic_table(60), options(Method::kDense, 1, 1));
  std::vector<std::pair<std::size_t, std::size_t>> shapes;
  for (const Layer& layer : experiment.fit.network.layers) {
    shapes.emplace_back(layer.n_in, layer.n_out);
  }
  EXPECT_EQ(shapes, (std::vector<std::pair<std::size_t, std::size_t>>{
                        {26, 512}, {512, 256}, {256, 128}, {128, 64}, {64, 3}}));
}

TEST_F(Dense, StopsWhenToldToAndKeepsTheBestSoFar) {
  const Experiment experiment = train(synthetic_table(120), options(Method::kDense, 1, 1000),
                                      [](const Progress& progress) { return progress.done < 3; });
  EXPECT_EQ(experiment.fit.curve.points.size(), 3U);
  EXPECT_FALSE(experiment.fit.network.layers.empty());
}

TEST_F(Dense, StopsEarlyWhenItNoLongerGetsBetter) {
  TrainOptions patient = options(Method::kDense, 1, 1000);
  patient.patience = 4;
  const Fit fit = train(synthetic_table(120), patient).fit;
  ASSERT_EQ(fit.chosen.front().first, "best_epoch");
  EXPECT_EQ(static_cast<double>(fit.curve.points.size()), fit.chosen.front().second + 4);
}

}  // namespace
}  // namespace genre::train::test
