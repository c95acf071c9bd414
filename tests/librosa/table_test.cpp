// Training and serving see the same numbers: what the predictor extracts from GTZAN's own clips is
// what stands in the table that the built-in model was trained on.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "genre/predictor.h"
#include "librosa/error_table.h"
#include "librosa/gtzan_scale.h"

namespace genre::test {
namespace {

namespace fs = std::filesystem;

// Rows made from original clips: track -> its windows in order, [n_windows][n_features].
std::map<std::string, std::vector<Gtzan26>> read_table(const fs::path& path) {
  std::map<std::string, std::vector<Gtzan26>> tracks;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string track, window, genre, source, value;
    std::getline(fields, track, ',');
    std::getline(fields, window, ',');
    std::getline(fields, genre, ',');
    std::getline(fields, source, ',');
    if (source != "audio") continue;
    auto& row = tracks[track].emplace_back();
    for (float& feature : row) {
      std::getline(fields, value, ',');
      feature = std::stof(value);
    }
  }
  return tracks;
}

TEST(TrainingTable, HoldsWhatThePredictorExtracts) {
  const fs::path gtzan = fs::path(GENRE_SHARED_DIR) / "data" / "gtzan";
  if (!fs::exists(gtzan / "gtzan26_3s.csv")) GTEST_SKIP() << "no GTZAN table at " << gtzan;
  const auto table = read_table(gtzan / "gtzan26_3s.csv");
  Predictor predictor(Model::seed());
  std::size_t n_windows = 0;
  for (const auto& entry : fs::directory_iterator(gtzan / "clips")) {
    const auto rows = table.find(entry.path().stem().string());
    if (rows == table.end()) continue;  // its row comes from another source
    const auto bytes = base::read_file(entry.path());
    ASSERT_TRUE(bytes);
    const auto prediction = predictor.predict(*bytes, {.keep_features = true});
    ASSERT_TRUE(prediction) << prediction.error().message;
    ASSERT_GE(prediction->segments.size(), rows->second.size());
    for (std::size_t w = 0; w < rows->second.size(); ++w, ++n_windows) {
      for (std::size_t i = 0; i < kGtzan26Size; ++i) {
        const double error = prediction->segments[w].features[i] - rows->second[w][i];
        EXPECT_LE(std::fabs(error) / kGtzanStd[i], kTolerance)
            << rows->first << " window " << w << ' ' << kGtzan26Names[i];
      }
    }
  }
  EXPECT_GE(n_windows, 100U);
}

}  // namespace
}  // namespace genre::test
