#include "dataset/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace genre::test {
namespace {

using namespace dataset;

using testing::ElementsAre;
using testing::HasSubstr;

std::string header() {
  std::string names = "genre,track,comment";
  for (const auto name : kGtzan26Names) names.append(",").append(name);
  return names;
}

std::string row(const std::string& genre, const std::string& track, const std::string& first) {
  std::string text = genre + "," + track + ",\"a, \"\"quoted\"\" comment\"," + first;
  for (std::size_t i = 1; i < kGtzan26Size; ++i) text.append(",").append(std::to_string(i));
  return text;
}

Result<Table> read(const std::string& content, const std::string& group = {}) {
  const auto path = std::filesystem::temp_directory_path() /
                    (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) +
                     ".genre_table_test.csv");
  std::ofstream(path, std::ios::binary) << content;
  auto table = read_table(path.string(), group);
  std::filesystem::remove(path);
  return table;
}

std::string error_of(const std::string& content) {
  const auto table = read(content);
  return table ? "no error" : table.error().message;
}

TEST(Table, ReadsColumnsInAnyOrderAndSortsTheLabels) {
  const auto table = read(header() + "\r\n" + row("rock", "r.1", "0.5") + "\r\n" +
                          row("blues", "b.1", "-1e3") + "\r\n\r\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(table->labels, ElementsAre("blues", "rock"));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0].label, 1U);
  EXPECT_EQ(table->rows[0].track, "r.1");
  EXPECT_EQ(table->rows[0].features[0], 0.5F);
  EXPECT_EQ(table->rows[1].features[0], -1000.0F);
  EXPECT_EQ(table->rows[1].features[25], 25.0F);
}

TEST(Table, HasTheSourceOfEachRowAndGroupsUnknownArtistsByIt) {
  const auto table = read(header() + ",source,artist\n" + row("rock", "r.1", "1") +
                          ",radio,Queen\n" + row("blues", "b.1", "1") + ",radio,\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows[0].source, "radio");
  EXPECT_EQ(table->rows[0].group, "Queen");
  EXPECT_EQ(table->rows[1].group, "source radio");
}

TEST(Table, TheFileIsTheTrackIfThereIsNoOther) {
  const std::string files = row("rock", "1.wav", "1") + "\n" + row("blues", "2.wav", "1") + "\n";
  std::string columns = header();
  columns.replace(columns.find("track"), 5, "file");
  const auto table = read(columns + "\n" + files);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows[0].track, "1.wav");
  columns.replace(columns.find("file"), 4, "path_of_it");
  EXPECT_EQ(read(columns + "\n" + files)->rows[0].track, "2") << "the line number";
}

TEST(Table, SaysWhichColumnsAreMissing) {
  EXPECT_THAT(error_of("genre,rms\nrock,1\n"),
              HasSubstr("no column chroma_stft, spectral_centroid"));
}

TEST(Table, GroupsRowsByTheColumnAskedFor) {
  const std::string content = header() + ",artist\n" + row("rock", "r.1", "1") + ",Queen\n" +
                              row("blues", "b.1", "1") + ",\n";
  const auto table = read(content, "artist");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows[0].group, "Queen");
  EXPECT_EQ(table->rows[1].group, "") << "whose artist nobody knows";
  EXPECT_EQ(read(content)->rows[0].group, "Queen") << "artist is the default";
  EXPECT_EQ(read(content, "track")->rows[0].group, "");
  const auto none = read(content, "singer");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("no column singer"));
}

TEST(Table, TakesTextureToo) {
  const auto names = feature_names(FeatureSet::kTexture);
  std::string content = "genre", rock = "\nrock", blues = "\nblues";
  for (std::size_t i = 0; i < names.size(); ++i) {
    content.append(",").append(names[i]);
    rock.append(",").append(std::to_string(i));
    blues.append(",-").append(std::to_string(i));
  }
  const auto table = read(content + rock + blues + "\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->feature_set, FeatureSet::kTexture);
  EXPECT_EQ(table->n_features(), names.size());
  EXPECT_EQ(table->rows[0].features[1000], 1000.0F);
  EXPECT_EQ(table->rows[1].features[1000], -1000.0F);

  EXPECT_THAT(error_of("genre," + names[0] + "\nrock,1\n"),
              testing::AllOf(HasSubstr("no column " + names[1] + ", " + names[2]),
                             HasSubstr(" and 1554 more")));
}

TEST(Table, SaysWhereAValueIsWrong) {
  for (const std::string bad : {"", "loud", "nan", "inf", "1e999", "1.5x"}) {
    EXPECT_THAT(error_of(header() + "\n" + row("rock", "r", bad) + "\n"),
                HasSubstr("line 2, column chroma_stft"))
        << bad;
  }
  EXPECT_THAT(error_of(header() + "\nrock,r,x,1\n"), HasSubstr("line 2 has 4 fields"));
  EXPECT_THAT(error_of(header() + "\nrock,\"r,x,1\n"), HasSubstr("line 2"));
  EXPECT_THAT(error_of(header() + "\n" + row("", "r", "1") + "\n"),
              HasSubstr("line 2 has no genre"));
}

TEST(Table, NeedsTwoGenres) {
  EXPECT_THAT(error_of(""), HasSubstr("empty"));
  EXPECT_THAT(error_of(header() + "\n"), HasSubstr("at least two genres"));
  EXPECT_THAT(error_of(header() + "\n" + row("rock", "r", "1") + "\n"),
              HasSubstr("at least two genres"));
}

TEST(Table, SaysThatAFileCannotBeRead) {
  for (const char* path : {"/nonexistent.csv", "/"}) {
    const auto table = read_table(path);
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().code, ErrorCode::kUnreadableFile);
  }
}

}  // namespace
}  // namespace genre::test
