// Several data sets of any form as one table.
#include "dataset/music.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "dataset/groups.h"
#include "dataset/temporary_folder.h"
#include "dataset/weights.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using namespace dataset;

using testing::ElementsAre;
using testing::HasSubstr;

class Music : public TemporaryFolder {
 protected:
  void add_tone(const std::string& path, double hz) {
    const auto wav = encode_wav(sine(hz, 3));
    write(path, {reinterpret_cast<const char*>(wav.data()), wav.size()});
  }
  void add_folder(const std::string& name) {
    add_tone(name + "/low/1.wav", 100);
    add_tone(name + "/high/artist/2.wav", 4000);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (root_ / name).string(); }

  [[nodiscard]] Result<FolderTable> read(const std::vector<DataSet>& data_sets,
                                         const std::string& groups = {}) const {
    MusicOptions options;
    options.groups = groups;
    return read_music(data_sets, options, [](const base::FileProgress&) {});
  }
};

TEST_F(Music, OfTwoFoldersHasTheFoldersAsSources) {
  add_folder("home");
  add_folder("radio");
  add_tone("radio/middle/3.wav", 800);
  const auto music = read({{.path = path("home")}, {.path = path("radio/"), .weight = 0.5}});
  ASSERT_TRUE(music) << music.error().message;
  const Table& table = music->table;
  EXPECT_EQ(table.name, "home + radio");
  EXPECT_THAT(table.data_sets, ElementsAre("home", "radio"));
  EXPECT_THAT(table.labels, ElementsAre("high", "low", "middle"));
  ASSERT_EQ(table.rows.size(), 5U);
  std::set<std::string> tracks;
  for (const Row& row : table.rows) {
    EXPECT_EQ(row.source, table.data_sets[row.data_set]);
    EXPECT_EQ(row.weight, row.data_set == 0 ? 1 : 0.5);
    EXPECT_THAT(row.track, testing::StartsWith(row.source + "/" + table.labels[row.label] + "/"));
    EXPECT_TRUE(tracks.insert(row.track).second) << "the same name in both folders";
  }
  EXPECT_EQ(count_sources(table), 2U);
}

TEST_F(Music, OfTwoFoldersOfOneNameIsToldApart) {
  add_folder("a/music");
  add_folder("b/music");
  const auto music = read({{.path = path("a/music")}, {.path = path("b/music")}});
  ASSERT_TRUE(music) << music.error().message;
  EXPECT_THAT(music->table.data_sets, ElementsAre("music", "music (2)"));
}

TEST_F(Music, OfOneFolderHasNoSource) {
  add_folder("home");
  const auto music = read({{.path = path("home")}});
  ASSERT_TRUE(music);
  EXPECT_EQ(count_sources(music->table), 0U);
  EXPECT_EQ(music->table.rows.back().track, "low/1.wav");
}

TEST_F(Music, OfAListHasTheColumnsOfTheList) {
  add_tone("songs/1.wav", 100);
  add_tone("songs/2.wav", 4000);
  add_tone("songs/3.wav", 4100);
  write("list.csv",
        "genre,path,artist,source,track\nlow,songs/1.wav,Low,shop,\nhigh,songs/2.wav,,radio,song\n"
        "high,songs/3.wav,,,song\nlow,songs/none.wav,,,\n");
  const auto music = read({{.path = path("list.csv")}});
  ASSERT_TRUE(music) << music.error().message;
  const auto& rows = music->table.rows;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(music->table.labels[rows[0].label], "low");
  EXPECT_EQ(rows[0].track, "songs/1.wav");
  EXPECT_EQ(rows[0].group, "Low");
  EXPECT_EQ(rows[0].source, "shop");
  EXPECT_EQ(rows[1].track, "song");
  EXPECT_EQ(rows[1].group, "source radio");
  EXPECT_EQ(rows[2].group, "");
  ASSERT_EQ(music->skipped.size(), 1U);
  EXPECT_EQ(music->skipped[0].path, "songs/none.wav");
}

TEST_F(Music, OfAListSaysWhatIsMissing) {
  write("no_genre.csv", "path\n1.wav\n");
  write("empty.csv", "path,genre\n1.wav,\n");
  write("none.csv", "path,genre\n1.wav,a\n2.wav,b\n");
  EXPECT_THAT(read({{.path = path("no_genre.csv")}}).error().message,
              HasSubstr("no_genre.csv: the header has no column genre"));
  EXPECT_THAT(read({{.path = path("empty.csv")}}).error().message,
              HasSubstr("line 2 has no genre"));
  EXPECT_THAT(read({{.path = path("none.csv")}}).error().message,
              HasSubstr("0 of its genres have a readable audio file"));
}

TEST_F(Music, TakesGroupsFromAFile) {
  add_folder("home");
  write("groups.csv", "track,artist,source\n1.mp3,The Band,shop\nother,x,y\n");
  const auto music = read({{.path = path("home")}}, path("groups.csv"));
  ASSERT_TRUE(music) << music.error().message;
  EXPECT_EQ(music->table.rows[0].group, "high/artist");
  EXPECT_EQ(music->table.rows[1].group, "The Band");
  EXPECT_EQ(music->table.rows[1].source, "shop");
  write("groups.csv", "track,artist\nother,x\n");
  EXPECT_THAT(read({{.path = path("home")}}, path("groups.csv")).error().message,
              HasSubstr("none of its tracks is in home"));
  write("groups.csv", "track,singer\n1,x\n");
  EXPECT_THAT(read({{.path = path("home")}}, path("groups.csv")).error().message,
              HasSubstr("expected the columns track, and artist or source"));
}

TEST_F(Music, OfOtherGenresIsApart) {
  add_folder("home");
  add_tone("home/other:noise/3.wav", 800);
  const auto music = read({{.path = path("home")}});
  ASSERT_TRUE(music) << music.error().message;
  EXPECT_THAT(music->table.labels, ElementsAre("high", "low"));
  EXPECT_EQ(music->table.rows.size(), 2U);
  EXPECT_EQ(music->table.rows[1].label, 1U);
  ASSERT_EQ(music->table.others.size(), 1U);
  EXPECT_EQ(music->table.others[0].track, "other:noise/3.wav");
}

TEST(Groups, AreKnownIfNineInTenTracksHaveOne) {
  Table table{.name = "t", .labels = {"a"}, .rows = {}};
  for (int i = 0; i < 20; ++i) {
    table.rows.push_back({.track = std::to_string(i), .label = 0, .features = {}, .group = "x"});
  }
  table.rows[0].group = table.rows[1].group = "";
  EXPECT_TRUE(knows_groups(table));
  table.rows[2].group = "";
  EXPECT_FALSE(knows_groups(table));
}

TEST(Groups, AreTheSameHoweverTheArtistIsSpelled) {
  const auto unit = [](const std::string& group) {
    return unit_of({.track = "t", .label = 0, .features = {}, .group = group}, Unit::kGroup);
  };
  EXPECT_EQ(unit("The Beatles"), unit(" beatles"));
  EXPECT_NE(unit("The Beatles"), unit("The Band"));
  EXPECT_EQ(unit(""), "track t");
}

TEST(Weights, AreTheSameInAllForEachGenre) {
  Table table{.name = "t", .labels = {"a", "b", "c"}, .rows = {}};
  for (std::size_t i = 0; i < 10; ++i) {
    table.rows.push_back({.track = "t", .label = i < 8 ? 0U : 1U, .features = {}, .weight = 2});
  }
  balance_genres(table);
  EXPECT_FLOAT_EQ(table.rows[0].weight * 8, 10);
  EXPECT_FLOAT_EQ(table.rows[9].weight * 2, 10);
}

}  // namespace
}  // namespace genre::test
