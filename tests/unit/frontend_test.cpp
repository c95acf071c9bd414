// Front ends: the built-in ones against their authors' formulas (tests/librosa/frontends.py), and
// each parameter against a naive transform in double precision.
#include "genre/frontend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>

#include "every_target.h"
#include "features/mel.h"
#include "features/window.h"
#include "librosa/own_signals.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

using Frontends = EveryTarget;
GENRE_ON_EVERY_TARGET(Frontends);

// In the units of the networks' inputs, which span about 10. The signals have noise, as recordings
// have: between the harmonics of a pure chord, the rounding of a transform in single precision,
// which the authors' programs use too, is not far below the offset of the logarithm.
constexpr double kTolerance = 1e-4;

TEST_P(Frontends, BuiltInOnesAgreeWithTheirAuthorsFormulas) {
  std::ifstream file(GENRE_FRONTENDS_REFERENCE);
  const auto reference = nlohmann::json::parse(file);
  ASSERT_EQ(reference.size(), builtin_frontends().size());
  for (const NamedFrontend& named : builtin_frontends()) {
    auto frontend = Frontend::create(named.parameters);
    ASSERT_TRUE(frontend) << frontend.error().message;
    for (const auto& [signal, expected] : reference.at(std::string(named.name)).items()) {
      SCOPED_TRACE(testing::Message() << named.name << ' ' << signal);
      const auto log_mel = frontend->log_mel(own_signal(signal));
      ASSERT_EQ(log_mel.n_rows, named.parameters.n_mels);
      ASSERT_EQ(log_mel.n_columns, expected.at("n_frames").get<std::size_t>());
      for (const auto& [t, bands] : expected.at("frames").items()) {
        for (std::size_t m = 0; m < log_mel.n_rows; ++m) {
          ASSERT_NEAR(log_mel.row(m)[std::stoul(t)], bands.at(m).get<double>(), kTolerance)
              << "band " << m << ", frame " << t;
        }
      }
    }
  }
}

// Column t of the mel spectrogram before compression, by the definition.
std::vector<double> naive_mel(const FrontendParameters& p, std::span<const float> y,
                              std::size_t t) {
  const std::size_t win_length = p.win_length == 0 ? p.n_fft : p.win_length;
  const bool right = p.zero_padding == ZeroPadding::kRight;
  const std::size_t frame_length = right ? win_length : p.n_fft;
  const std::size_t first = right ? 0 : (p.n_fft - win_length) / 2;
  const auto window = features::get_window(p.window, win_length, p.periodic);
  const auto start = static_cast<std::ptrdiff_t>(t * p.hop_length) -
                     static_cast<std::ptrdiff_t>(p.center ? frame_length / 2 : 0);
  const features::MelFilters filters({.sr = static_cast<double>(p.sr),
                                      .n_fft = p.n_fft,
                                      .n_mels = p.n_mels,
                                      .fmin = p.fmin,
                                      .fmax = p.fmax == 0 ? p.sr / 2.0 : p.fmax,
                                      .scale = p.mel_scale,
                                      .slopes = p.mel_slopes,
                                      .norm = p.norm});
  std::vector<double> mel(p.n_mels);
  for (std::size_t bin = 0; bin <= p.n_fft / 2; ++bin) {
    std::complex<double> sum;
    for (std::size_t n = 0; n < win_length; ++n) {
      const auto position = start + static_cast<std::ptrdiff_t>(first + n);
      if (position < 0 || position >= static_cast<std::ptrdiff_t>(y.size())) continue;
      const double phase = 2 * std::numbers::pi * static_cast<double>(bin * (first + n)) /
                           static_cast<double>(p.n_fft);
      sum += y[static_cast<std::size_t>(position)] * window[n] * std::polar(1.0, -phase);
    }
    for (std::size_t m = 0; m < p.n_mels; ++m) {
      mel[m] += filters.weight(m, bin) * std::pow(std::abs(sum), p.power);
    }
  }
  return mel;
}

TEST_P(Frontends, FollowEachParameter) {
  const std::vector<FrontendParameters> all = {
      {.sr = 8000, .n_fft = 256, .hop_length = 100, .n_mels = 20},
      {.n_fft = 300, .hop_length = 77, .n_mels = 13},                     // no whole vectors
      {.n_fft = 255, .win_length = 200, .hop_length = 64, .n_mels = 10},  // an odd transform
      {.n_fft = 512, .win_length = 400, .zero_padding = ZeroPadding::kRight, .n_mels = 30},
      {.n_fft = 128, .hop_length = 200, .window = Window::kHamming, .n_mels = 8},
      {.n_fft = 128, .hop_length = 32, .window = Window::kBlackman, .periodic = false, .n_mels = 8},
      {.n_fft = 128, .hop_length = 32, .window = Window::kOnes, .center = false, .n_mels = 8},
      {.n_fft = 256, .power = 1, .n_mels = 40, .norm = MelNorm::kNone},
      {.n_fft = 256, .power = 1.5, .n_mels = 16, .mel_scale = MelScale::kHtk},
      {.n_fft = 256, .n_mels = 16, .fmin = 200, .fmax = 4000, .mel_slopes = MelSlopes::kMel},
  };
  const auto y = uniform_noise(3000);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto frontend = Frontend::create(all[i]);
    ASSERT_TRUE(frontend) << frontend.error().message;
    const auto mel = frontend->log_mel(y);
    ASSERT_EQ(mel.n_columns, frontend->n_frames(y.size()));
    for (const std::size_t t : {std::size_t{0}, mel.n_columns / 2, mel.n_columns - 1}) {
      const auto expected = naive_mel(all[i], y, t);
      for (std::size_t m = 0; m < mel.n_rows; ++m) {
        ASSERT_NEAR(mel.row(m)[t], expected[m], 1e-5 * (1 + expected[m]))
            << "parameters " << i << ", band " << m << ", frame " << t;
      }
    }
  }
}

TEST_P(Frontends, CompressTheMelSpectrogram) {
  const auto y = uniform_noise(3000);
  FrontendParameters p{.n_fft = 256, .n_mels = 16};
  const auto mel = Frontend::create(p)->log_mel(y);
  const double max = *std::ranges::max_element(mel.values);
  const auto expect = [&](const auto& formula) {
    const auto compressed = Frontend::create(p)->log_mel(y);
    for (std::size_t i = 0; i < mel.values.size(); ++i) {
      ASSERT_NEAR(compressed.values[i], formula(static_cast<double>(mel.values[i])), 1e-4) << i;
    }
  };
  p.compression = Compression::kPowerToDb;
  p.top_db = 3;
  expect([&](double x) { return std::max(10 * std::log10(x), 10 * std::log10(max) - 3); });
  p.top_db = std::nullopt;
  p.ref = std::nullopt;
  expect([&](double x) { return 10 * std::log10(x / max); });
  p.amin = max;
  expect([&](double) { return 0; });
  p.compression = Compression::kLog;
  p.offset = 0.5;
  p.mean = -4;
  p.std = 2;
  expect([&](double x) { return (std::log(x + 0.5) + 4) / 2; });
  p.compression = Compression::kLog10;
  p.gain = 100;
  expect([&](double x) { return (std::log10(1 + 100 * x) + 4) / 2; });
  p.compression = Compression::kNone;
  expect([&](double x) { return (x + 4) / 2; });
}

TEST(Patches, AreTheCompleteOnesOfTheClip) {
  FrontendParameters p{
      .n_fft = 256, .hop_length = 100, .n_mels = 8, .patch_frames = 10, .patch_hop_frames = 4};
  auto frontend = Frontend::create(p);
  const auto y = uniform_noise(2250);  // 23 frames: patches from 0, 4, 8 and 12
  const auto frames = frontend->log_mel(y);
  ASSERT_EQ(frames.n_columns, 23U);
  ASSERT_EQ(frontend->n_patches(y.size()), 4U);
  const auto patches = frontend->patches(y);
  ASSERT_EQ(patches.n_rows, 40U);
  ASSERT_EQ(patches.n_columns, 8U);
  for (std::size_t patch = 0; patch < 4; ++patch) {
    for (std::size_t t = 0; t < 10; ++t) {
      for (std::size_t m = 0; m < 8; ++m) {
        ASSERT_EQ(patches.row(patch * 10 + t)[m], frames.row(m)[patch * 4 + t]);
      }
    }
  }
}

TEST(Patches, OfAShortClipAreThoseOfTheClipAndSilence) {
  for (const NamedFrontend& named : builtin_frontends()) {
    auto frontend = Frontend::create(named.parameters);
    const auto y = uniform_noise(5000);
    ASSERT_EQ(frontend->n_patches(y.size()), 1U) << named.name;
    const auto patch = frontend->patches(y);
    ASSERT_EQ(patch.n_rows, named.parameters.patch_frames) << named.name;
    auto extended = y;
    extended.resize(20 * static_cast<std::size_t>(named.parameters.sr));
    const auto expected = frontend->patches(extended);
    // The end of the clip that is only just long enough is mirrored or padded: compare before it.
    for (std::size_t t = 0; t + 3 < patch.n_rows; ++t) {
      ASSERT_THAT(patch.row(t), testing::ElementsAreArray(expected.row(t))) << named.name << t;
    }
  }
}

TEST(Frontend, RefusesParametersOutOfTheirRange) {
  const auto message = [](const FrontendParameters& p) {
    const auto frontend = Frontend::create(p);
    if (frontend) return std::string("accepted");
    EXPECT_EQ(frontend.error().code, ErrorCode::kBadParameter);
    return frontend.error().message;
  };
  const double nan = std::nan("");
  EXPECT_EQ(message({.sr = 0}), "sr is 0; it must be 1000 to 384000");
  EXPECT_EQ(message({.n_fft = 1}), "n_fft is 1; it must be 2 to 65536");
  EXPECT_EQ(message({.n_fft = 512, .win_length = 513}),
            "win_length is 513; it must be at most n_fft, which is 512");
  EXPECT_THAT(message({.hop_length = 0}), HasSubstr("hop_length is 0"));
  EXPECT_THAT(message({.pre_emphasis = nan}), HasSubstr("pre_emphasis is nan"));
  EXPECT_THAT(message({.power = 0}), HasSubstr("power is 0"));
  EXPECT_THAT(message({.n_mels = 0}), HasSubstr("n_mels is 0"));
  EXPECT_THAT(message({.fmin = 5000, .fmax = 5000}), HasSubstr("fmin is 5000 Hz"));
  EXPECT_EQ(message({.fmax = 12000}),
            "fmax is 12000 Hz; it must be above 0 and at most sr / 2, which is 11025 Hz");
  EXPECT_THAT(message({.compression = Compression::kPowerToDb, .ref = 0}), HasSubstr("ref is 0"));
  EXPECT_THAT(message({.compression = Compression::kPowerToDb, .amin = 0}), HasSubstr("amin is 0"));
  EXPECT_THAT(message({.compression = Compression::kPowerToDb, .top_db = -1}),
              HasSubstr("top_db is -1"));
  EXPECT_THAT(message({.compression = Compression::kLog, .offset = 0}), HasSubstr("offset is 0"));
  EXPECT_THAT(message({.compression = Compression::kLog10, .gain = -1}), HasSubstr("gain is -1"));
  EXPECT_THAT(message({.mean = nan}), HasSubstr("mean is nan"));
  EXPECT_THAT(message({.std = 0}), HasSubstr("std is 0"));
  EXPECT_THAT(message({.patch_frames = 0}), HasSubstr("patch_frames is 0"));
  EXPECT_THAT(message({.patch_hop_frames = 0}), HasSubstr("patch_hop_frames is 0"));
}

TEST(Frontend, RefusesAClipOfOneSample) {
  auto frontend = Frontend::create({});
  EXPECT_THROW(static_cast<void>(frontend->log_mel(std::vector<float>(1))), std::invalid_argument);
  EXPECT_EQ(frontend->log_mel(std::vector<float>(2)).n_columns, 1U);
}

TEST(Frontend, HasNamesForItsBuiltInParameters) {
  EXPECT_EQ(find_frontend("mn")->parameters.sr, 32000);
  EXPECT_EQ(find_frontend("clap"), nullptr);
  for (const Window window : {Window::kHann, Window::kHamming, Window::kBlackman, Window::kOnes}) {
    EXPECT_EQ(parse_window(to_string(window)), window);
  }
  EXPECT_EQ(parse_window("boxcar"), Window::kOnes);
  EXPECT_EQ(parse_window("kaiser"), std::nullopt);
}

}  // namespace
}  // namespace genre::test
