#include "predict/overview.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stop_token>

#include "encode.h"
#include "features/compression.h"
#include "noise.h"

namespace genre::predict {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr std::size_t kHop = 512;
constexpr std::size_t kFft = 2048;

Overview overview_of(std::span<const std::byte> file, std::size_t max_bins) {
  FileOverview running(AudioFile(file), max_bins);
  while (true) {
    auto step = running.step({}, {});
    if (!step) throw std::runtime_error(step.error().message);
    if (*step) return **std::move(step);
  }
}

TEST(OverviewBins, MergesTwoWheneverTheyAreUsedUp) {
  OverviewBins bins(4, 1);
  for (int i = 0; i < 9; ++i) {
    const auto y = static_cast<float>(i);
    bins.add(-y, y, std::span(&y, 1));
  }
  EXPECT_EQ(bins.columns_per_bin(), 4);
  EXPECT_THAT(bins.min(), ElementsAre(-3, -7, -8));
  EXPECT_THAT(bins.max(), ElementsAre(3, 7, 8));
  // The means are 1.5, 5.5 and 8, whose last bin is not complete.
  EXPECT_THAT(bins.decibels().values, ElementsAre(73, 78, 80));
}

TEST(OverviewBins, AnOddBinIsCompletedLater) {
  OverviewBins bins(3, 1);
  const float one = 1;
  for (const float y : {1.0F, 2.0F, 3.0F, 4.0F}) bins.add(-y, y, std::span(&one, 1));
  EXPECT_EQ(bins.columns_per_bin(), 2);
  EXPECT_THAT(bins.max(), ElementsAre(2, 4));
  EXPECT_THAT(bins.decibels().values, Each(kTopDb));
}

// The pieces in which the file is read leave no trace.
TEST(FileOverview, IsThatOfTheWholeClip) {
  const auto y = test::uniform_noise(200'000);
  const auto file = test::encode_wav(y);
  const Overview overview = overview_of(file, 1000);
  const std::size_t n_bins = (y.size() + kHop - 1) / kHop;
  EXPECT_DOUBLE_EQ(overview.duration, 200'000 / 22050.0);
  EXPECT_DOUBLE_EQ(overview.seconds_per_bin, kHop / 22050.0);
  ASSERT_EQ(overview.max.size(), n_bins);
  for (std::size_t i = 0; i < n_bins; ++i) {
    const auto samples = std::span(y).subspan(i * kHop, std::min(kHop, y.size() - i * kHop));
    EXPECT_NEAR(overview.max[i], std::ranges::max(samples), 1e-4) << i;
    EXPECT_NEAR(overview.min[i], std::ranges::min(samples), 1e-4) << i;
  }

  std::vector<float> padded((kFft - kHop) / 2);
  padded.insert(padded.end(), y.begin(), y.end());
  padded.resize((n_bins - 1) * kHop + kFft);
  auto frontend = Frontend::create({.center = false, .n_mels = overview.decibels.n_columns});
  auto expected = frontend->log_mel(padded);
  features::power_to_db(expected.values, std::nullopt, 1e-10, kTopDb);
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    for (std::size_t mel = 0; mel < expected.n_rows; ++mel) {
      EXPECT_NEAR(overview.decibels.row(bin)[mel], expected.row(mel)[bin] + kTopDb, 0.51);
    }
  }
}

TEST(FileOverview, HasAtMostTheBinsAskedFor) {
  const auto file = test::encode_wav(test::uniform_noise(1'000'000));
  const Overview whole = overview_of(file, 10'000);
  const Overview small = overview_of(file, 100);
  EXPECT_GT(small.max.size(), 50);
  EXPECT_LE(small.max.size(), 100);
  EXPECT_EQ(small.max.size(), small.decibels.n_rows);
  EXPECT_EQ(std::ranges::max(small.max), std::ranges::max(whole.max));
  EXPECT_EQ(small.duration, whole.duration);
}

TEST(FileOverview, SilenceIsDark) {
  const Overview overview = overview_of(test::encode_wav(std::vector<float>(22050)), 100);
  EXPECT_THAT(overview.decibels.values, Each(0));
}

TEST(FileOverview, EndsOnceAStopIsRequested) {
  const auto file = test::encode_wav(test::uniform_noise(22050));
  FileOverview running(AudioFile(file), 100);
  std::stop_source stop;
  ASSERT_TRUE(running.step({}, stop.get_token()));
  stop.request_stop();
  EXPECT_EQ(running.step({}, stop.get_token()).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace genre::predict
