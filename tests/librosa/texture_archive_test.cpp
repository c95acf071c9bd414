// Training and serving see the same numbers: the texture of GTZAN's own clips is that of the
// log-mel archive that the built-in model is trained on, but for the archive's rounding.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>

#include "base/files.h"
#include "dataset/log_mel_archive.h"
#include "features/texture.h"
#include "genre/audio.h"

namespace genre::test {
namespace {

using namespace features;
using namespace dataset;

namespace fs = std::filesystem;

// Each feature's standard deviation over the rows.
std::vector<double> deviations(const Table& table) {
  std::vector<double> sum(table.n_features()), squares(table.n_features());
  for (const Row& row : table.rows) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += row.features[i];
      squares[i] += static_cast<double>(row.features[i]) * row.features[i];
    }
  }
  const auto n = static_cast<double>(table.rows.size());
  std::vector<double> result;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    result.push_back(std::sqrt(squares[i] / n - sum[i] / n * (sum[i] / n)));
  }
  return result;
}

double correlation(const std::vector<std::pair<double, double>>& pairs) {
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (const auto& [a, b] : pairs) {
    x += a, y += b, xx += a * a, yy += b * b, xy += a * b;
  }
  const auto n = static_cast<double>(pairs.size());
  return (n * xy - x * y) / std::sqrt((n * xx - x * x) * (n * yy - y * y));
}

double quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

struct Figures {
  std::size_t windows;
  double correlation, least_correlation;  // the features' median, and the least
  double error, great_error;              // in standard deviations: the median, and 99 % of them
};

// The 20 clips against the archive's rows. start: a window's first sample.
Figures compare(const fs::path& gtzan, const Table& table,
                const std::function<std::size_t(std::size_t window)>& start) {
  std::map<std::string, std::vector<const Row*>> tracks;
  for (const Row& row : table.rows) tracks[row.track].push_back(&row);
  const auto scale = deviations(table);
  std::vector<std::vector<std::pair<double, double>>> pairs(table.n_features());
  std::vector<double> errors, correlations;
  TextureExtractor extractor;
  std::vector<float> features(table.n_features());
  for (const auto& entry : fs::directory_iterator(gtzan / "clips")) {
    const auto audio = load(base::read_file(entry.path()).value()).value();
    const auto& rows = tracks.at(entry.path().stem().string());
    for (std::size_t window = 0; window < rows.size(); ++window) {
      extractor.extract(std::span(audio.y).subspan(start(window)), features);
      for (std::size_t i = 0; i < features.size(); ++i) {
        const float archived = rows[window]->features[i];
        pairs[i].emplace_back(features[i], archived);
        errors.push_back(std::fabs(features[i] - archived) / scale[i]);
      }
    }
  }
  for (const auto& pair : pairs) correlations.push_back(correlation(pair));
  const Figures figures{pairs.front().size(), quantile(correlations, 0.5),
                        quantile(correlations, 0), quantile(errors, 0.5), quantile(errors, 0.99)};
  fmt::print(
      "{} windows; correlation: median {:.3f}, least {:.3f}; error in standard deviations: "
      "median {:.3f}, 99 % {:.3f}\n",
      figures.windows, figures.correlation, figures.least_correlation, figures.error,
      figures.great_error);
  return figures;
}

class TextureArchive : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_log_mel_archive(gtzan_)) GTEST_SKIP() << "no log-mel archive at " << gtzan_;
    auto table = read_log_mel_archive(gtzan_, {});
    ASSERT_TRUE(table) << table.error().message;
    table_ = std::move(*table);
  }
  fs::path gtzan_ = fs::path(GENRE_SHARED_DIR) / "data" / "gtzan";
  Table table_;
};

// From where the archive's columns are. What is left: each column is the nearest of frames 512
// samples apart, and a byte.
TEST_F(TextureArchive, HoldsWhatTheExtractorFindsThere) {
  const Figures figures = compare(gtzan_, table_, [](std::size_t window) {
    constexpr double kColumn = 1708.4;
    const double first = std::round(static_cast<double>(window) * 3 * kSampleRate / kColumn + 0.25);
    return static_cast<std::size_t>(std::max(0.0, std::round((first - 0.25) * kColumn)));
  });
  EXPECT_GE(figures.windows, 190U);
  EXPECT_GE(figures.correlation, 0.97);
  EXPECT_GE(figures.least_correlation, 0.83);
  EXPECT_LE(figures.error, 0.12);
  EXPECT_LE(figures.great_error, 1.0);
}

// From where a file is cut into windows, up to half a column beside.
TEST_F(TextureArchive, HoldsNearlyWhatThePredictorExtracts) {
  const Figures figures =
      compare(gtzan_, table_, [](std::size_t window) { return window * 3 * kSampleRate; });
  EXPECT_GE(figures.windows, 190U);
  EXPECT_GE(figures.correlation, 0.93);
  EXPECT_GE(figures.least_correlation, 0.71);
  EXPECT_LE(figures.error, 0.18);
  EXPECT_LE(figures.great_error, 1.35);
}

}  // namespace
}  // namespace genre::test
