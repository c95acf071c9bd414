#include "dataset/duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "dataset/fingerprint.h"
#include "dataset/split.h"
#include "dataset/synthetic_table.h"

namespace genre::test {
namespace {

using namespace dataset;

using testing::HasSubstr;

// Tracks of two clips with features as different as those of different music.
Table random_table(std::size_t n_tracks) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  Table table{
      .name = "t", .labels = {"jazz", "rock"}, .rows = {}, .feature_set = FeatureSet::kTexture};
  for (std::size_t track = 0; track < n_tracks; ++track) {
    std::vector<float> features(table.n_features());
    for (float& feature : features) feature = 100 + 5 * normal(random);
    for (int clip = 0; clip < 2; ++clip) {
      Row row{.track = "song " + std::to_string(track), .label = track % 2, .features = features};
      for (float& feature : row.features) feature += normal(random);
      table.rows.push_back(row);
    }
  }
  return table;
}

// The same audio as an earlier track, after a lossy encoding: a third of the features differ.
void add_copy(Table& table, std::size_t track, const std::string& name, std::size_t label,
              const std::string& group = {}) {
  for (std::size_t clip = 0; clip < 2; ++clip) {
    Row row = table.rows[2 * track + clip];
    row.track = name;
    row.label = label;
    row.group = group;
    for (std::size_t i = 0; i < row.features.size(); ++i) {
      row.features[i] += i % 3 == 0 ? 4.0F : 0.02F;
    }
    table.rows.push_back(row);
  }
}

TEST(Duplicates, AreNamedAndStayOnOneSide) {
  Table table = random_table(60);
  for (Row& row : table.rows) row.group = "artist of " + row.track;
  add_copy(table, 7, "song 7 again.mp3", 0, "someone else");
  const auto duplicates = join_duplicates(table);
  ASSERT_EQ(duplicates.size(), 1U);
  EXPECT_EQ(duplicates[0].track, "song 7 again.mp3");
  EXPECT_EQ(duplicates[0].same_as, "song 7");
  EXPECT_THAT(notes(duplicates), HasSubstr("song 7 again.mp3 = song 7 (labelled jazz and rock)"));
  for (const Unit unit : {Unit::kTrack, Unit::kGroup}) {
    EXPECT_EQ(unit_of(table.rows.back(), unit), unit_of(table.rows[14], unit));
  }
}

TEST(Duplicates, AreNotFoundAmongDifferentTracks) {
  Table table = random_table(400);
  EXPECT_TRUE(join_duplicates(table).empty());
  EXPECT_EQ(notes(join_duplicates(table)), "");
}

// Of tones and other made-up data, every feature is the same for each track of a genre.
TEST(Duplicates, NeedEnoughFeaturesToTell) {
  Table table = random_table(20);
  for (Row& row : table.rows) {
    for (std::size_t i = 3; i < row.features.size(); ++i) row.features[i] = 1;
  }
  EXPECT_TRUE(join_duplicates(table).empty());
}

TEST(Fingerprints, AreOfTheMeanOfTheClipsThatAreNotAugmented) {
  Table table = random_table(20);
  const auto scale = fingerprint_scale(table, all_rows(table));
  const auto before = fingerprints(table, all_rows(table), scale);
  Row copy = table.rows[0];
  copy.augmented = true;
  for (float& feature : copy.features) feature += 10;
  table.rows.push_back(copy);
  EXPECT_EQ(fingerprints(table, all_rows(table), scale), before);
  EXPECT_TRUE(same_audio(before.at("song 1"), before.at("song 1")));
  EXPECT_FALSE(same_audio(before.at("song 1"), before.at("song 2")));
  EXPECT_FALSE(same_audio("", ""));
  EXPECT_FALSE(same_audio(before.at("song 1"), before.at("song 1").substr(1)));
}

}  // namespace
}  // namespace genre::test
