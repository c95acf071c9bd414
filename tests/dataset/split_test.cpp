#include "dataset/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <set>

#include "dataset/synthetic_table.h"

namespace genre::test {
namespace {

using namespace dataset;

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Shuffle, IsAPermutationThatTheSeedFixes) {
  std::vector<std::size_t> values(100);
  std::iota(values.begin(), values.end(), std::size_t{0});
  const auto in_order = values;
  shuffle(values, 1);
  EXPECT_NE(values, in_order);
  EXPECT_THAT(values, testing::UnorderedElementsAreArray(in_order));
  auto again = in_order;
  shuffle(again, 1);
  EXPECT_EQ(again, values);
}

TEST(RandomClip, PartsAreDisjointAndOfTheSizesAskedFor) {
  const Table table = synthetic_table(100);
  const auto split = random_clip_split(table, 60, 30, 1);
  ASSERT_TRUE(split);
  EXPECT_EQ(split->train.size(), 60U);
  EXPECT_EQ(split->validation.size(), 30U);
  std::set<std::size_t> all(split->train.begin(), split->train.end());
  all.insert(split->validation.begin(), split->validation.end());
  EXPECT_EQ(all.size(), 90U);
  EXPECT_LT(*all.rbegin(), 100U);
}

TEST(RandomClip, DependsOnTheSeedOnly) {
  const Table table = synthetic_table(100);
  EXPECT_EQ(random_clip_split(table, 60, 30, 7)->train, random_clip_split(table, 60, 30, 7)->train);
  EXPECT_NE(random_clip_split(table, 60, 30, 7)->train, random_clip_split(table, 60, 30, 8)->train);
}

TEST(RandomClip, HasDefaults) {
  const Table table = synthetic_table(100);
  const auto sizes = [&](std::size_t n_train, std::size_t n_validation) {
    const auto split = random_clip_split(table, n_train, n_validation, 1);
    return std::pair(split->train.size(), split->validation.size());
  };
  EXPECT_EQ(sizes(0, 0), std::pair(std::size_t{90}, std::size_t{10}));
  EXPECT_EQ(sizes(70, 0), std::pair(std::size_t{70}, std::size_t{30}));
  EXPECT_EQ(sizes(0, 20), std::pair(std::size_t{80}, std::size_t{20}));
}

TEST(RandomClip, SaysThatTheTableIsTooSmall) {
  const Table table = synthetic_table(10);
  for (const auto& [n_train, n_validation] : {std::pair{9, 2}, {10, 0}, {0, 10}, {11, 0}}) {
    const auto split = random_clip_split(table, static_cast<std::size_t>(n_train),
                                         static_cast<std::size_t>(n_validation), 1);
    ASSERT_FALSE(split) << n_train << ' ' << n_validation;
    EXPECT_EQ(split.error().code, ErrorCode::kBadTable);
  }
}

class Lists : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("genre_lists_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Result<Split> split(const std::string& train, const std::string& validation,
                      const std::string& test) {
    std::ofstream(folder_ / "train") << train;
    std::ofstream(folder_ / "validation") << validation;
    std::ofstream(folder_ / "test") << test;
    return list_split(synthetic_table(12),
                      {(folder_ / "train").string(), (folder_ / "validation").string(),
                       (folder_ / "test").string()});
  }

  std::filesystem::path folder_;
};

TEST(TrackSplit, KeepsATracksRowsTogetherAndHasEachGenreInEachPart) {
  const Table table = synthetic_table(600);
  const auto split = track_split(table, 1);
  ASSERT_TRUE(split) << split.error().message;
  EXPECT_EQ(split->train.size() + split->validation.size() + split->test.size(), 600U);
  EXPECT_EQ(split->validation.size(), 60U);
  EXPECT_EQ(split->test.size(), 60U);
  std::map<std::string, const std::vector<std::size_t>*> side;
  for (const auto* part : {&split->train, &split->validation, &split->test}) {
    std::set<std::size_t> labels;
    for (const std::size_t row : *part) {
      labels.insert(table.rows[row].label);
      EXPECT_EQ(side.emplace(table.rows[row].track, part).first->second, part);
    }
    EXPECT_EQ(labels.size(), 3U);
  }
}

TEST(TrackSplit, DependsOnTheSeedOnly) {
  const Table table = synthetic_table(600);
  EXPECT_EQ(track_split(table, 1)->test, track_split(table, 1)->test);
  EXPECT_NE(track_split(table, 1)->test, track_split(table, 2)->test);
}

TEST(TrackSplit, NamesAGenreOfTooFewTracks) {
  const auto split = track_split(synthetic_table(12), 1);
  ASSERT_FALSE(split);
  EXPECT_THAT(split.error().message, HasSubstr("synthetic.csv: a has 2 tracks"));
}

TEST(TrackSplit, KeepsGroupsTogetherWhereThereAreAny) {
  Table table = synthetic_table(600);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    table.rows[row].group = "artist " + std::to_string(row / 2 % 60);
  }
  const auto split = track_split(table, 1);
  ASSERT_TRUE(split) << split.error().message;
  std::map<std::string, const std::vector<std::size_t>*> side;
  for (const auto* part : {&split->train, &split->validation, &split->test}) {
    for (const std::size_t row : *part) {
      EXPECT_EQ(side.emplace(table.rows[row].group, part).first->second, part);
    }
  }
  EXPECT_EQ(split->validation.size(), 60U);
}

TEST(TrackSplit, TakesTracksApartFromTheirGroupIfAskedTo) {
  Table table = synthetic_table(600);
  for (Row& row : table.rows) row.group = "artist";
  EXPECT_FALSE(track_split(table, 1));
  EXPECT_EQ(track_split(table, 1, Unit::kTrack)->test.size(), 60U);
}

TEST(GroupFolds, AreEvenAndKeepGroupsTogether) {
  Table table = synthetic_table(600);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    table.rows[row].group = "artist " + std::to_string(row / 2 % 70);  // of several genres each
  }
  const auto folds = unit_folds(table, all_rows(table), 5, 1, Unit::kGroup);
  ASSERT_TRUE(folds) << folds.error().message;
  ASSERT_EQ(folds->size(), 5U);
  std::map<std::string, std::size_t> fold_of;
  std::set<std::size_t> seen;
  for (std::size_t fold = 0; fold < 5; ++fold) {
    std::map<std::size_t, std::size_t> of_label;
    for (const std::size_t row : (*folds)[fold].rows) {
      EXPECT_TRUE(seen.insert(row).second);
      EXPECT_EQ(fold_of.emplace(table.rows[row].group, fold).first->second, fold);
      ++of_label[table.rows[row].label];
    }
    for (const auto& [label, count] : of_label) EXPECT_NEAR(static_cast<double>(count), 40, 8);
  }
  EXPECT_EQ(seen.size(), 600U);
  const auto first = [&](std::uint64_t seed) {
    return unit_folds(table, all_rows(table), 5, seed, Unit::kGroup)->front().rows;
  };
  EXPECT_EQ(folds->front().rows, first(1));
  EXPECT_NE(folds->front().rows, first(2));
}

TEST(SourceFolds, KeepSourcesTogetherAndKnowTheArtistsOfOtherFolds) {
  Table table = synthetic_table(600);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    table.rows[row].source = "source " + std::to_string(row / 2 % 7);
    table.rows[row].group = "artist " + std::to_string(row / 2 % 50);  // in several sources each
  }
  const auto folds = unit_folds(table, all_rows(table), 5, 1, Unit::kSource);
  ASSERT_TRUE(folds) << folds.error().message;
  ASSERT_EQ(folds->size(), 5U);
  std::map<std::string, std::size_t> fold_of;
  for (std::size_t fold = 0; fold < 5; ++fold) {
    std::set<std::string> artists;
    for (const std::size_t row : (*folds)[fold].rows) {
      EXPECT_EQ(fold_of.emplace(table.rows[row].source, fold).first->second, fold);
      artists.insert(table.rows[row].group);
    }
    std::set<std::size_t> related;  // every row of other folds by these artists
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const bool here = std::ranges::binary_search((*folds)[fold].rows, row);
      if (!here && artists.contains(table.rows[row].group)) related.insert(row);
    }
    const auto& found = (*folds)[fold].related;
    EXPECT_EQ(std::set(found.begin(), found.end()), related);
    EXPECT_FALSE(related.empty());
  }
}

TEST(GroupFolds, AreFewerWhereThereAreFewGroups) {
  const Table table = synthetic_table(6);  // three tracks
  EXPECT_EQ(unit_folds(table, all_rows(table), 5, 1, Unit::kGroup)->size(), 3U);
  const std::vector<std::size_t> one = {0, 1};
  const auto folds = unit_folds(table, one, 5, 1, Unit::kGroup);
  ASSERT_FALSE(folds);
  EXPECT_THAT(folds.error().message, HasSubstr("too few"));
}

TEST(Originals, AreTheRowsThatAreNotAugmented) {
  Table table = synthetic_table(6);
  table.rows[1].augmented = table.rows[4].augmented = true;
  EXPECT_THAT(originals(table, all_rows(table)), ElementsAre(0, 2, 3, 5));
  const auto split = random_clip_split(table, 3, 1, 1);
  ASSERT_TRUE(split);
  EXPECT_THAT(split->train, testing::Each(testing::AllOf(testing::Ne(1), testing::Ne(4))));
}

TEST_F(Lists, TakeTracksByTheirFileNames) {
  const auto parts = split("a/a.00000.wav\n", "b.00001.wav\r\n\n", "x/y/c.00002.au\na.00003\n");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_THAT(parts->train, ElementsAre(0, 1));
  EXPECT_THAT(parts->validation, ElementsAre(2, 3));
  EXPECT_THAT(parts->test, testing::Contains(4));
}

TEST_F(Lists, TakeNoTrackForAnother) {
  // A name whose number looks like an extension: not all tracks that begin with "b".
  const auto parts = split("a.00000.wav\n", "b.00001\n", "c.00002.wav\n");
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_THAT(parts->validation, ElementsAre(2, 3));
}

TEST_F(Lists, RefuseATrackOnTwoSides) {
  const auto parts = split("a.00000.wav\n", "b.00001.wav\n", "a.00000.wav\n");
  ASSERT_FALSE(parts);
  EXPECT_THAT(parts.error().message,
              HasSubstr("a.00000 is on " + (folder_ / "train").string() + " as well"));
}

TEST_F(Lists, RefuseAListWithoutAnyTrackOfTheTable) {
  const auto parts = split("a.00000.wav\n", "b.00001.wav\n", "zebra.wav\n");
  ASSERT_FALSE(parts);
  EXPECT_THAT(parts.error().message, HasSubstr("none of its tracks"));
}

TEST_F(Lists, SayThatAListCannotBeRead) {
  const auto parts =
      list_split(synthetic_table(12), {"/nonexistent", "/nonexistent", "/nonexistent"});
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, ErrorCode::kUnreadableFile);
}

}  // namespace
}  // namespace genre::test
