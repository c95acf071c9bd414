// Every window of ../shared/reference against librosa 0.10.2: 20 synthetic signals of all formats
// and 20 GTZAN clips, in both pad modes.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "every_target.h"
#include "features/gtzan26.h"
#include "genre/audio.h"
#include "genre/features.h"
#include "librosa/error_table.h"
#include "librosa/gtzan_scale.h"

namespace genre::test {
namespace {

using namespace features;

namespace fs = std::filesystem;

constexpr std::size_t kWindow = 3 * kSampleRate;
constexpr double kMedianTolerance = 1e-6;  // over all features of all clips

nlohmann::json read_json(const fs::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

using LibrosaReference = EveryTarget;
GENRE_ON_EVERY_TARGET(LibrosaReference);

TEST_P(LibrosaReference, EveryWindowOfEveryFile) {
  const fs::path reference = fs::path(GENRE_SHARED_DIR) / "reference";
  if (!fs::exists(reference / "librosa_0.10.2.json")) {
    GTEST_SKIP() << "no librosa reference values at " << reference;
  }
  const auto expected = read_json(reference / "librosa_0.10.2.json");
  const auto scale = read_json(reference / "gtzan26_scale.json").at("std");
  for (std::size_t i = 0; i < kGtzan26Size; ++i) {
    ASSERT_EQ(scale.at(std::string(kGtzan26Names[i])).get<double>(), kGtzanStd[i]);
  }

  ErrorTable table(kGtzanStd);
  std::size_t n_windows = 0;
  for (const auto& [name, file] : expected.at("files").items()) {
    SCOPED_TRACE(name);
    const auto bytes = base::read_file(reference / name);
    ASSERT_TRUE(bytes) << bytes.error().message;
    const auto audio = load(*bytes);
    ASSERT_TRUE(audio) << audio.error().message;
    EXPECT_EQ(audio->y.size(), file.at("samples_22050").get<std::size_t>());

    std::size_t start = 0;
    for (const auto& window : file.at("windows")) {
      const std::size_t size = window.at("samples");
      const auto y = std::span(audio->y).subspan(start, size);
      for (const PadMode pad_mode : {PadMode::kConstant, PadMode::kReflect}) {
        const std::string pad_name(to_string(pad_mode));
        if (!window.contains(pad_name)) continue;
        const auto librosa = window.at(pad_name).get<std::array<double, kGtzan26Size>>();
        Gtzan26Extractor extractor(pad_mode);
        Gtzan26 ours{};
        extractor.extract(y, ours);
        const std::string clip = fmt::format("{} at {} s, {}", fs::path(name).filename().string(),
                                             start / kSampleRate, pad_name);
        EXPECT_LE(table.add(ours, librosa, clip), kTolerance) << clip;
        if (pad_mode == PadMode::kConstant) {
          EXPECT_NEAR(extractor.tuning(), window.at("tuning").get<double>(), 1e-9) << clip;
        }
        ++n_windows;
      }
      start += kWindow;
    }
  }
  fmt::print("{}: errors of {} windows, in standard deviations of the feature over GTZAN\n\n{}\n",
             hwy::TargetName(GetParam()), n_windows, table.to_markdown());
  EXPECT_GE(n_windows, 400U);
  EXPECT_LE(table.median(), kMedianTolerance);
}

}  // namespace
}  // namespace genre::test
