// A model of texture on real clips that it was not trained on: from audio and from the log-mel
// archive that it was trained on it says the same.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "base/files.h"
#include "dataset/log_mel_archive.h"
#include "dataset/split.h"
#include "evaluate/classify.h"
#include "genre/audio.h"
#include "genre/predictor.h"

namespace genre::test {
namespace {

using namespace dataset;
using namespace evaluate;

namespace fs = std::filesystem;

TEST(Archive, GivesTheCertaintiesThatAudioGives) {
  const fs::path gtzan = fs::path(GENRE_SHARED_DIR) / "data" / "gtzan";
  if (!is_log_mel_archive(gtzan)) GTEST_SKIP() << "no log-mel archive at " << gtzan;
  const auto table = read_log_mel_archive(gtzan, {});
  ASSERT_TRUE(table) << table.error().message;
  const auto rows = rows_on_list(*table, gtzan / "splits" / "test_filtered.txt");
  ASSERT_TRUE(rows) << rows.error().message;
  const auto onnx = base::read_file(GENRE_TEXTURE_MODEL);
  ASSERT_TRUE(onnx);
  const auto model = Model::load(*onnx);
  ASSERT_TRUE(model) << model.error().message;
  const auto tracks = pool_tracks(*table, *rows, classify(*model, *table, *rows));

  Predictor predictor(*model);
  std::size_t n_clips = 0;
  double sum = 0, worst = 0;
  for (const auto& entry : fs::directory_iterator(gtzan / "clips")) {
    const auto archived = tracks.find(entry.path().stem());
    if (archived == tracks.end()) continue;  // the model was trained on it
    const auto bytes = base::read_file(entry.path());
    ASSERT_TRUE(bytes);
    const auto prediction = predictor.predict(*bytes);
    ASSERT_TRUE(prediction) << prediction.error().message;
    ++n_clips;
    const std::vector<float>& expected = archived->second.certainties;
    for (std::size_t label = 0; label < expected.size(); ++label) {
      const double error = std::fabs(prediction->certainties[label] - expected[label]);
      sum += error / static_cast<double>(expected.size());
      worst = std::max(worst, error);
    }
    EXPECT_EQ(prediction->ranked(prediction->certainties).front().genre,
              prediction->ranked(expected).front().genre)
        << entry.path().stem();
  }
  const double mean = sum / static_cast<double>(n_clips);
  fmt::print("{} clips: certainties differ by {:.3f} on average, {:.3f} at most\n", n_clips, mean,
             worst);
  EXPECT_GE(n_clips, 2U);
  EXPECT_LE(mean, 0.01);
  EXPECT_LE(worst, 0.08);
}

}  // namespace
}  // namespace genre::test
