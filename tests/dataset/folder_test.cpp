#include "dataset/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>

#include "unit/encode.h"

namespace genre::test {
namespace {

using namespace dataset;

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// A folder of music that goes away with the test.
class Folder : public testing::Test {
 protected:
  ~Folder() override { fs::remove_all(root_); }

  void add(const std::string& path, const std::vector<std::byte>& bytes) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream file(root_ / path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  void add_tone(const std::string& path, double hz, double seconds) {
    add(path, encode_wav(sine(hz, seconds)));
  }
  [[nodiscard]] Result<FolderTable> read(unsigned threads = 2) {
    return read({.pad_mode = PadMode::kConstant, .windows = {}, .threads = threads});
  }
  [[nodiscard]] Result<FolderTable> read(const AudioOptions& options) {
    return read_folder(root_, options, FolderGroups::kTagOrFolder,
                       [&](const base::FileProgress& progress) { reports_.push_back(progress); });
  }

  fs::path root_ =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  std::vector<base::FileProgress> reports_;
};

TEST_F(Folder, IsATableOfItsWindows) {
  add_tone("low/deep/b.wav", 200, 6);
  add_tone("low/a.wav", 100, 3);
  add_tone("high/a.wav", 4000, 0.5);
  const auto folder = read();
  ASSERT_TRUE(folder) << folder.error().message;
  const Table& table = folder->table;
  EXPECT_THAT(table.labels, ElementsAre("high", "low"));
  std::vector<std::string> tracks;
  for (const Row& row : table.rows) tracks.push_back(row.track);
  EXPECT_THAT(tracks, ElementsAre("high/a.wav", "low/a.wav", "low/deep/b.wav", "low/deep/b.wav"));
  EXPECT_EQ(table.rows[0].label, 0U);
  EXPECT_EQ(table.rows[3].label, 1U);
  EXPECT_NEAR(table.rows[1].features[2], 100, 30) << "the centroid of the tone";
  EXPECT_TRUE(folder->skipped.empty());
  ASSERT_EQ(reports_.size(), 3U);
  EXPECT_EQ(reports_.back().n_done, 3U);
  EXPECT_NEAR(reports_.back().audio, 9.5, 0.01);
}

TEST_F(Folder, IsTheSameWithAnyNumberOfThreads) {
  for (int i = 0; i < 12; ++i) {
    add_tone("a/" + std::to_string(i) + ".wav", 300 + 100 * i, 3);
    add_tone("b/" + std::to_string(i) + ".wav", 350 + 100 * i, 3);
  }
  const auto one = read(1), four = read(4);
  ASSERT_TRUE(one && four);
  ASSERT_EQ(one->table.rows.size(), 24U);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(one->table.rows[i].track, four->table.rows[i].track);
    EXPECT_EQ(one->table.rows[i].features, four->table.rows[i].features);
  }
}

TEST_F(Folder, GroupsFilesByTheGenresSubFolders) {
  add_tone("a/artist/1.wav", 300, 3);
  add_tone("a/artist/album/2.wav", 300, 3);
  add_tone("a/3.wav", 300, 3);
  add_tone("b/artist/4.wav", 300, 3);
  const auto folder = read();
  ASSERT_TRUE(folder) << folder.error().message;
  std::vector<std::string> groups;
  for (const Row& row : folder->table.rows) groups.push_back(row.group);
  EXPECT_THAT(groups, ElementsAre("", "a/artist", "a/artist", "b/artist"));
}

// A WAV file with an INFO chunk that names the artist.
std::vector<std::byte> tagged_wav(double hz, const std::string& artist) {
  std::vector<std::byte> wav = encode_wav(sine(hz, 3));
  const auto add = [&](const std::string& text) {
    for (const char c : text) wav.push_back(static_cast<std::byte>(c));
  };
  const auto number = [](std::size_t n) {
    return std::string{static_cast<char>(n), static_cast<char>(n >> 8), 0, 0};
  };
  const std::string text = artist + std::string(2 - artist.size() % 2, '\0');
  add("LIST" + number(12 + text.size()) + "INFOIART" + number(text.size()) + text);
  const std::size_t size = wav.size() - 8;
  for (std::size_t i = 0; i < 4; ++i) wav[4 + i] = static_cast<std::byte>(size >> (8 * i));
  return wav;
}

TEST_F(Folder, GroupsFilesByTheArtistInTheirTags) {
  add("a/folder/1.wav", tagged_wav(300, "Queen"));
  add_tone("a/folder/2.wav", 300, 3);
  add("b/3.wav", tagged_wav(400, "Abba"));
  const auto folder = read();
  ASSERT_TRUE(folder) << folder.error().message;
  std::vector<std::string> groups;
  for (const Row& row : folder->table.rows) groups.push_back(row.group);
  EXPECT_THAT(groups, ElementsAre("Queen", "a/folder", "Abba"));
}

TEST_F(Folder, HasChangedCopiesOfEachWindowOfTexture) {
  for (const char* genre : {"a/", "b/"}) {
    for (int i = 0; i < 4; ++i) {
      add_tone(genre + std::to_string(i) + ".wav", 300 + 100 * i, 6);
    }
  }
  AudioOptions options{.feature_set = FeatureSet::kTexture, .n_augmented = 2, .windows = {}};
  options.threads = 1;
  const auto one = read(options);
  options.threads = 4;
  const auto four = read(options);
  options.seed = 2;
  const auto other = read(options);
  ASSERT_TRUE(one && four && other);
  EXPECT_EQ(one->table.feature_set, FeatureSet::kTexture);
  ASSERT_EQ(one->table.rows.size(), 8U * 2 * 3);
  for (std::size_t i = 0; i < one->table.rows.size(); ++i) {
    const Row& row = one->table.rows[i];
    EXPECT_EQ(row.augmented, i % 3 != 0) << i;
    EXPECT_EQ(row.features.size(), one->table.n_features());
    EXPECT_EQ(row.track, four->table.rows[i].track);
    EXPECT_EQ(row.features, four->table.rows[i].features);
    EXPECT_EQ(row.features == other->table.rows[i].features, !row.augmented) << i;
  }
}

TEST_F(Folder, HasNoChangedCopiesOfOtherFeatures) {
  add_tone("a/1.wav", 300, 3);
  EXPECT_THROW(static_cast<void>(read({.n_augmented = 1, .windows = {}})), std::invalid_argument);
}

TEST_F(Folder, SkipsWhatCannotBeReadAndSaysWhy) {
  add_tone("a/good.wav", 300, 3);
  add_tone("b/good.wav", 300, 3);
  add("b/notes.txt", std::vector<std::byte>(100, std::byte{'x'}));
  add("b/empty.wav", {});
  auto cut = encode_wav(sine(300, 3));
  cut.resize(1000);
  add("b/cut.wav", cut);
  add("b/silent.wav", encode_wav(std::vector<float>(3 * 22050)));
  add_tone("b/.hidden.wav", 300, 3);
  add_tone(".git/good.wav", 300, 3);
  const auto folder = read();
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_THAT(folder->table.labels, ElementsAre("a", "b"));
  EXPECT_EQ(folder->table.rows.size(), 2U);
  std::vector<std::string> skipped;
  for (const NotedFile& file : folder->skipped) {
    skipped.push_back(file.path);
    EXPECT_FALSE(file.reason.empty());
  }
  EXPECT_THAT(skipped, ElementsAre("b/cut.wav", "b/empty.wav", "b/notes.txt", "b/silent.wav"));
  EXPECT_EQ(reports_.back().n_failed, 4U);
}

TEST_F(Folder, UsesWhatIsLeftOfADamagedFileUnlessStrict) {
  add_tone("a/good.wav", 300, 3);
  add_tone("b/good.wav", 400, 3);
  auto cut = encode_wav(sine(300, 6));
  cut.resize(cut.size() / 2);
  add("b/cut.wav", cut);
  for (int i = 0; i < 2; ++i) {  // the second time, other files are cached
    const auto folder = read({.windows = {}, .cache = (root_ / ".cache").string()});
    ASSERT_TRUE(folder) << folder.error().message;
    EXPECT_EQ(folder->table.rows.size(), 3U);
    EXPECT_TRUE(folder->skipped.empty());
    ASSERT_EQ(folder->warned.size(), 1U);
    EXPECT_EQ(folder->warned.front().path, "b/cut.wav");
  }
  const auto strict = read({.windows = {.strict = true}, .cache = (root_ / ".cache").string()});
  ASSERT_TRUE(strict);
  EXPECT_EQ(strict->table.rows.size(), 2U);
  ASSERT_EQ(strict->skipped.size(), 1U);
  EXPECT_TRUE(strict->warned.empty());
}

TEST_F(Folder, LeavesSilentWindowsOut) {
  auto y = sine(300, 3);
  y.resize(9 * 22050);
  add("a/half.wav", encode_wav(y));
  add_tone("b/good.wav", 300, 3);
  const auto folder = read();
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(folder->table.rows.size(), 2U);
}

// Holes of terabytes behind a tag of 6 MiB, and behind the samples of a WAV file, whose content is
// then valid and would take hours to hash.
TEST_F(Folder, ReadsNoHoles) {
  add_tone("a/good.wav", 300, 3);
  add_tone("b/good.wav", 400, 3);
  std::vector<std::byte> tag(std::size_t{6} << 20);
  const std::string header("ID3\4\0\0\3\0\0\0", 10);
  std::ranges::copy(std::as_bytes(std::span(header)), tag.begin());
  add("b/holes.mp3", tag);
  add_tone("b/long.wav", 500, 3);
  for (const char* name : {"b/holes.mp3", "b/long.wav"}) {
    std::error_code error;
    fs::resize_file(root_ / name, std::uintmax_t{8} << 40, error);
    if (error) GTEST_SKIP() << "the file system has no files of that size: " << error.message();
  }
  AudioOptions options{.feature_set = FeatureSet::kTexture, .n_augmented = 1, .windows = {}};
  options.cache = root_ / ".cache";
  const auto first = read(options), second = read(options);
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second);
  ASSERT_EQ(first->skipped.size(), 1U);
  EXPECT_EQ(first->skipped[0].path, "b/holes.mp3");
  ASSERT_EQ(first->table.rows.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(first->table.rows[i].features, second->table.rows[i].features);
  }
}

TEST_F(Folder, HasTheSameRowsFromItsCache) {
  add_tone("a/good.wav", 300, 6);
  add_tone("b/good.wav", 400, 3);
  AudioOptions options{.feature_set = FeatureSet::kTexture, .n_augmented = 1, .windows = {}};
  const auto without = read(options);
  options.cache = root_ / ".cache";
  ASSERT_TRUE(read(options));
  EXPECT_EQ(std::distance(fs::directory_iterator(options.cache), {}), 2);
  fs::rename(root_ / "a/good.wav", root_ / "a/renamed.wav");
  const auto cached = read(options);
  ASSERT_TRUE(without && cached);
  ASSERT_EQ(without->table.rows.size(), cached->table.rows.size());
  for (std::size_t i = 0; i < cached->table.rows.size(); ++i) {
    EXPECT_EQ(cached->table.rows[i].features, without->table.rows[i].features);
  }
}

TEST_F(Folder, NeedsTwoGenresThatCanBeRead) {
  add_tone("a/good.wav", 300, 3);
  add("b/notes.txt", std::vector<std::byte>(100, std::byte{'x'}));
  const auto folder = read();
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kBadTable);
  EXPECT_THAT(folder.error().message, HasSubstr("one sub-folder per genre"));
  EXPECT_THAT(folder.error().message, HasSubstr("b/notes.txt"));
}

TEST_F(Folder, ThatIsNotThereIsAnError) {
  const auto folder = read();
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kUnreadableFile);
}

}  // namespace
}  // namespace genre::test
