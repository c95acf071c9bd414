// Where the transform is repeated in double precision, and that recordings hardly ever need it.
#include "features/precision.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "base/files.h"
#include "features/fft.h"
#include "features/frames.h"
#include "genre/audio.h"
#include "librosa/own_signals.h"

namespace genre::test {
namespace {

using namespace features;

namespace fs = std::filesystem;

struct Count {
  std::size_t repeated = 0, frames = 0;
};

Count count_repeated(std::span<const float> y) {
  const ClipFrames frames(y, PadMode::kReflect);
  FrameFft fft;
  Count count{.repeated = 0, .frames = frames.size()};
  std::array<float, kNFft> scratch{};
  std::array<float, kNBins> magnitude{};
  for (std::size_t t = 0; t < frames.size(); ++t) {
    fft.fast_magnitudes(frames.frame(t, scratch), magnitude);
    count.repeated += needs_double_precision(magnitude);
  }
  return count;
}

TEST(DoublePrecision, IsNeededForPureTonesAndFlatSpectra) {
  for (const char* name : {"sine_1000", "clicks"}) {
    const Count count = count_repeated(own_signal(name));
    EXPECT_GT(count.repeated, count.frames / 4) << name;
  }
  for (const char* name : {"noise", "silence"}) {
    EXPECT_EQ(count_repeated(own_signal(name)).repeated, 0U) << name;
  }
}

TEST(DoublePrecision, IsHardlyEverNeededForRecordings) {
  const fs::path clips = fs::path(GENRE_SHARED_DIR) / "data" / "gtzan" / "clips";
  if (!fs::exists(clips)) GTEST_SKIP() << "no GTZAN clips at " << clips;
  Count total;
  for (const auto& entry : fs::directory_iterator(clips)) {
    const auto bytes = base::read_file(entry.path());
    ASSERT_TRUE(bytes);
    const auto audio = load(*bytes);
    ASSERT_TRUE(audio) << audio.error().message;
    const Count count = count_repeated(audio->y);
    total.repeated += count.repeated;
    total.frames += count.frames;
  }
  fmt::print("{} of {} frames of GTZAN clips are transformed again\n", total.repeated,
             total.frames);
  EXPECT_LT(total.repeated, total.frames / 1000);
}

}  // namespace
}  // namespace genre::test
