#include "train/trainer.h"

#include <gtest/gtest.h>

#include "dataset/synthetic_table.h"
#include "train/experiment.h"
#include "train/onnx_export.h"

namespace genre::train::test {
namespace {

using genre::test::synthetic_table;

Experiment train(
    const Table& table, std::uint64_t seed, std::size_t epochs = 5,
    const EpochCallback& on_epoch = [](const EpochReport&) { return true; }) {
  const auto split = random_clip_split(table, 0, 0, 1);
  return run_experiment("random-clip", table, *split,
                        {.epochs = epochs, .batch_size = 32, .learning_rate = 1e-3, .seed = seed},
                        on_epoch);
}

TEST(Trainer, LearnsWhatCanBeLearnt) {
  const Experiment experiment = train(synthetic_table(600), 1);
  EXPECT_EQ(experiment.best.validation.clip_accuracy, 1);
  EXPECT_EQ(experiment.n_train, 540U);
}

TEST(Trainer, BuildsTheSeedNetwork) {
  const Experiment experiment = train(synthetic_table(60), 1, 1);
  std::vector<std::pair<std::size_t, std::size_t>> shapes;
  for (const Layer& layer : experiment.network.layers) shapes.emplace_back(layer.n_in, layer.n_out);
  EXPECT_EQ(shapes, (std::vector<std::pair<std::size_t, std::size_t>>{
                        {26, 512}, {512, 256}, {256, 128}, {128, 64}, {64, 3}}));
}

TEST(Trainer, IsReproducedByItsSeed) {
  const Table table = synthetic_table(120);
  const std::string model = to_onnx(train(table, 3).network, {});
  EXPECT_EQ(to_onnx(train(table, 3).network, {}), model);
  EXPECT_NE(to_onnx(train(table, 4).network, {}), model);
}

TEST(Trainer, StopsWhenToldToAndKeepsTheBestSoFar) {
  const Experiment experiment = train(synthetic_table(120), 1, 1000,
                                      [](const EpochReport& report) { return report.epoch < 3; });
  EXPECT_EQ(experiment.last.epoch, 3U);
  EXPECT_GE(experiment.best.epoch, 1U);
  EXPECT_GE(experiment.best.validation.clip_accuracy, experiment.last.validation.clip_accuracy);
}

TEST(Trainer, TakesAFeatureThatNeverChanges) {
  Table table = synthetic_table(120);
  for (Row& row : table.rows) row.features[3] = 7.0F;
  EXPECT_GT(train(table, 1).best.validation.clip_accuracy, 0.9);
}

}  // namespace
}  // namespace genre::train::test
