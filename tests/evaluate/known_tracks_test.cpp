#include "evaluate/known_tracks.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace genre::test {
namespace {

using namespace dataset;
using namespace evaluate;

Table random_table() {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  Table table{.name = "t", .labels = {"a", "b"}, .rows = {}, .feature_set = FeatureSet::kTexture};
  for (std::size_t track = 0; track < 40; ++track) {
    Row row{.track = std::to_string(track), .label = track % 2, .features = {}};
    for (std::size_t i = 0; i < table.n_features(); ++i) row.features.push_back(normal(random));
    table.rows.push_back(row);
  }
  return table;
}

TEST(KnownTracks, AreFoundByTheirAudioWhateverTheirNameIs) {
  Table table = random_table();
  std::vector<std::size_t> learned(30), tested(20);
  std::iota(learned.begin(), learned.end(), std::size_t{0});
  std::iota(tested.begin(), tested.end(), std::size_t{20});
  ModelInfo model;
  EXPECT_FALSE(count_known_tracks(model, table, tested)) << "it does not say";
  model.metadata[kTrainingTracks] = training_tracks(table, learned);
  for (Row& row : table.rows) row.track = "renamed " + row.track;
  EXPECT_EQ(count_known_tracks(model, table, tested), 10U);
  EXPECT_EQ(count_known_tracks(model, table, std::vector<std::size_t>{35, 36}), 0U);
}

TEST(KnownTracks, OfDamagedMetadataAreUnknown) {
  const Table table = random_table();
  ModelInfo model;
  for (const char* broken : {"", "[]", R"({"features": [0], "step": [], "tracks": []})",
                             R"({"features": [999999], "step": [1], "tracks": []})",
                             R"({"features": [-1], "step": [1], "tracks": []})",
                             R"({"features": [0], "step": [0], "tracks": []})",
                             R"({"features": [0], "step": [1], "tracks": [7]})"}) {
    model.metadata[kTrainingTracks] = broken;
    EXPECT_FALSE(count_known_tracks(model, table, std::vector<std::size_t>{0})) << broken;
  }
  // Fingerprints with other characters and lengths are of no audio.
  model.metadata[kTrainingTracks] = R"({"features": [0], "step": [1], "tracks": ["\u0001", ""]})";
  EXPECT_EQ(count_known_tracks(model, table, std::vector<std::size_t>{0}), 0U);
}

}  // namespace
}  // namespace genre::test
