#include "dataset/log_mel_archive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "dataset/temporary_folder.h"
#include "features/texture.h"

namespace genre::test {
namespace {

using namespace features;
using namespace dataset;

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kColumns = 80;  // two windows

std::string npy(const std::string& dtype, const std::string& shape, const std::string& data) {
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", dtype, shape);
  header.resize((10 + header.size()) / 64 * 64 + 53, ' ');
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size());
  file += '\0';
  return file + header + data;
}

// Each track another pattern.
std::uint8_t value(std::size_t track, std::size_t m, std::size_t column) {
  return static_cast<std::uint8_t>((track + 3) * 37 * (m + 1) + (m % 7 + 1) * column * column);
}

std::string spectrograms(std::size_t n_tracks, std::size_t n_columns = kColumns) {
  std::string data;
  for (std::size_t track = 0; track < n_tracks; ++track) {
    for (std::size_t m = 0; m < kNMels; ++m) {
      for (std::size_t column = 0; column < n_columns; ++column) {
        data += static_cast<char>(value(track, m, column));
      }
    }
  }
  return npy("|u1", fmt::format("({}, 128, {})", n_tracks, n_columns), data);
}

const std::string kTracks =
    "track,genre,artist,logmel_row,lo_db\n"
    "r.1,rock,\"King, The\",1,-60\n"
    "b.1,blues,,0,-80.5\n"
    "b.2,blues,someone,,\n"
    "b.3,blues,someone,-1,\n";

class LogMelArchive : public TemporaryFolder {
 protected:
  LogMelArchive() {
    write("tracks.csv", kTracks);
    write("logmel_u8.npy", spectrograms(2));
  }
  [[nodiscard]] Result<Table> read(const LogMelOptions& options = {}) const {
    return read_log_mel_archive(root_.string(), options);
  }
  [[nodiscard]] std::string error(const std::string& group = {}) const {
    const auto table = read({.group = group});
    return table ? "no error" : table.error().message;
  }
};

TEST_F(LogMelArchive, IsATableOfItsWindows) {
  EXPECT_TRUE(is_log_mel_archive(root_.string()));
  const auto table = read({.group = "artist"});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->feature_set, FeatureSet::kTexture);
  EXPECT_THAT(table->labels, ElementsAre("blues", "rock"));
  ASSERT_EQ(table->rows.size(), 4U);
  EXPECT_EQ(table->rows[0].track, "r.1");
  EXPECT_EQ(table->rows[0].label, 1U);
  EXPECT_EQ(table->rows[0].group, "King, The");
  EXPECT_EQ(table->rows[2].track, "b.1");
  EXPECT_EQ(table->rows[2].group, "") << "whose artist nobody knows";

  // The second window begins at column 39 (66150 samples, 1708.4 a column).
  TextureExtractor texture;
  std::vector<float> expected(table->n_features());
  for (const std::size_t window : {0, 1}) {
    LogMel log_mel{};
    for (std::size_t m = 0; m < kNMels; ++m) {
      for (std::size_t t = 0; t < kTextureFrames; ++t) {
        const double v = value(1, m, 39 * window + t);
        log_mel[m][t] = static_cast<float>(-60 * (1 - (v + 0.5) / 256));
      }
    }
    texture.statistics(log_mel, expected);
    EXPECT_THAT(table->rows[window].features,
                testing::Pointwise(testing::FloatNear(1e-4F), expected));
    EXPECT_FALSE(table->rows[window].augmented);
  }
}

TEST_F(LogMelArchive, HasChangedCopiesBehindEachWindow) {
  const auto plain = read(), table = read({.n_augmented = 3}), again = read({.n_augmented = 3}),
             other = read({.n_augmented = 3, .seed = 2});
  ASSERT_TRUE(plain && table && again && other);
  ASSERT_EQ(table->rows.size(), 4 * plain->rows.size());
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    const Row& row = table->rows[i];
    const Row& original = plain->rows[i / 4];
    EXPECT_EQ(row.augmented, i % 4 != 0);
    EXPECT_EQ(row.features == original.features, !row.augmented);
    EXPECT_EQ(row.track, original.track);
    EXPECT_EQ(row.group, original.group);
    EXPECT_EQ(row.features, again->rows[i].features);
    EXPECT_EQ(row.features == other->rows[i].features, !row.augmented);
  }
}

TEST_F(LogMelArchive, SaysWhatIsWrongWithTheSpectrograms) {
  const std::string right = "uint8 and shape [tracks, 128, columns] with at least 38 columns";
  const std::string whole = spectrograms(2);
  for (const std::string& bad :
       {std::string("no numpy file"), std::string(), whole.substr(0, 40),
        whole.substr(0, whole.size() - 1), npy("|u1", "(2, 128)", std::string(256, 'x')),
        npy("|u1", "(2, 64, 80)", std::string(2 * 64 * 80, 'x')), spectrograms(2, 37),
        npy("<f4", "(2, 128, 80)", std::string(2 * 128 * 80 * 4, 'x'))}) {
    write("logmel_u8.npy", bad);
    EXPECT_THAT(error(), HasSubstr(right)) << bad.substr(0, 80);
  }
}

TEST_F(LogMelArchive, SaysWhatIsWrongWithTheTracks) {
  EXPECT_THAT(error("singer"), HasSubstr("no column singer"));
  const std::vector<std::string> columns = {"track", "genre", "logmel_row", "lo_db"};
  for (const std::string& missing : columns) {
    std::vector<std::string> others;
    std::ranges::remove_copy(columns, std::back_inserter(others), missing);
    write("tracks.csv", fmt::format("{}\n", fmt::join(others, ",")));
    EXPECT_THAT(error(), HasSubstr("tracks.csv: the header has no column " + missing));
  }
  const std::string header = "track,genre,logmel_row,lo_db\n";
  for (const std::string bad : {"-2,-80", "0.5,-80", "x,-80", "0,80", "0,", "1e30,-80"}) {
    write("tracks.csv", header + "b,blues,0,-80\nr,rock," + bad + "\n");
    EXPECT_THAT(error(), HasSubstr("line 3: logmel_row must be an index")) << bad;
  }
  write("tracks.csv", header + "b,blues,0,-80\nr,rock,2,-80\n");
  EXPECT_THAT(error(), HasSubstr("r: logmel_row 2 is beyond the 2 rows of logmel_u8.npy"));
  write("tracks.csv", header + "b,blues,0,-80\nr,rock\n");
  EXPECT_THAT(error(), HasSubstr("line 3 has 2 fields; the header has 4"));
  write("tracks.csv", header + "b,blues,0,-80\n");
  EXPECT_THAT(error(), HasSubstr("1 genres; expected at least two"));
  write("tracks.csv", header + "b,blues,0,-80\nr,rock,,\n");
  EXPECT_THAT(error(), HasSubstr("1 genres; expected at least two"))
      << "the other has no spectrogram";
}

TEST_F(LogMelArchive, ThatIsIncompleteIsNone) {
  std::filesystem::remove(root_ / "tracks.csv");
  EXPECT_FALSE(is_log_mel_archive(root_.string()));
  const auto table = read();
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kUnreadableFile);
}

}  // namespace
}  // namespace genre::test
