// Properties that follow from the definitions, whatever librosa says.
#include "genre/features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <thread>
#include <vector>

#include "features/chroma.h"
#include "features/constants.h"
#include "features/gtzan26.h"
#include "features/mel.h"
#include "features/tuning.h"
#include "librosa/own_signals.h"

namespace genre::test {
namespace {

using namespace features;

using Features = std::array<float, kGtzan26Size>;
enum Index { kChroma, kRms, kCentroid, kBandwidth, kRolloff, kZeroCrossingRate, kMfcc1, kMfcc2 };

Features extract(std::span<const float> y, PadMode pad_mode = PadMode::kReflect) {
  Features features{};
  Gtzan26Extractor(pad_mode).extract(y, features);
  return features;
}

std::vector<float> sine(double hz, double amplitude = 0.5, std::size_t length = 66150) {
  std::vector<float> y(length);
  for (std::size_t n = 0; n < length; ++n) {
    y[n] = static_cast<float>(
        amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / kSampleRate));
  }
  return y;
}

TEST(Sine, CentroidAndRolloffAreItsFrequency) {
  for (const double hz : {300.0, 1000.0, 2500.0, 7000.0}) {
    const Features f = extract(sine(hz));
    EXPECT_NEAR(f[kCentroid], hz, 20) << hz;
    EXPECT_NEAR(f[kRolloff], hz, 2 * fft_frequency(1)) << hz;
    EXPECT_LT(f[kBandwidth], 150) << hz;
  }
}

TEST(Sine, CrossesZeroTwiceAPeriod) {
  EXPECT_NEAR(extract(sine(1000))[kZeroCrossingRate], 2 * 1000.0 / kSampleRate, 0.0015);
}

TEST(Sine, RmsIsAmplitudeOverRootTwo) {
  EXPECT_NEAR(extract(sine(1000, 0.5))[kRms], 0.5 / std::numbers::sqrt2, 1e-3);
}

TEST(Sine, TuningIsItsDistanceFromTheNote) {
  for (const int cents : {-45, -20, 0, 13, 30, 49}) {
    Gtzan26Extractor extractor;
    Features f{};
    extractor.extract(sine(1760 * std::exp2(cents / 1200.0)), f);
    EXPECT_NEAR(extractor.tuning(), cents / 100.0, 0.021) << cents;
  }
}

TEST(Silence, IsAnsweredWithNumbers) {
  for (const PadMode pad_mode : {PadMode::kConstant, PadMode::kReflect}) {
    const Features f = extract(std::vector<float>(66150, 0.0F), pad_mode);
    Features expected{};
    expected[kMfcc1] = static_cast<float>(-100 * std::sqrt(128.0));  // amin is -100 dB
    for (std::size_t i = 0; i < f.size(); ++i) {
      EXPECT_NEAR(f[i], expected[i], 1e-3) << kGtzan26Names[i];
    }
  }
}

TEST(Louder, ScalesTheRmsAndShiftsTheFirstMfccOnly) {
  const auto y = own_signal("chord_and_noise");
  std::vector<float> twice(y.size());
  std::ranges::transform(y, twice.begin(), [](float sample) { return 2 * sample; });
  const Features f = extract(y), g = extract(twice);
  EXPECT_FLOAT_EQ(g[kRms], 2 * f[kRms]);
  EXPECT_NEAR(g[kMfcc1], f[kMfcc1] + 20 * std::log10(2.0) * std::sqrt(128.0), 1e-3);
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (i == kRms || i == kMfcc1) continue;
    EXPECT_NEAR(g[i], f[i], 1e-4 + 1e-6 * f[i]) << kGtzan26Names[i];
  }
}

TEST(Extractor, GivesTheSameBitsAgainAndOnAnyThread) {
  const auto noise = own_signal("noise"), chord = own_signal("chord_minus_35_cents");
  const Features expected = extract(chord);
  Gtzan26Extractor extractor(PadMode::kReflect);
  Features f{};
  extractor.extract(noise, f);  // leaves its traces in the scratch memory, but not in the result
  extractor.extract(chord, f);
  EXPECT_EQ(f, expected);

  std::array<Features, 4> results{};
  std::vector<std::jthread> threads;
  for (Features& result : results) {
    threads.emplace_back([&] { result = extract(chord); });
  }
  threads.clear();
  EXPECT_THAT(results, testing::Each(expected));
}

TEST(Extractor, RefusesAClipThatCannotBePadded) {
  EXPECT_THROW(extract(std::vector<float>(FeatureExtractor::kMinSamples - 1)),
               std::invalid_argument);
  EXPECT_NO_THROW(extract(std::vector<float>(FeatureExtractor::kMinSamples)));
}

TEST(Extractor, TakesExtremeLevels) {
  for (const double amplitude : {1e-30, 1e-6, 1e6, 1e9}) {
    const Features f = extract(sine(440, amplitude));
    EXPECT_TRUE(std::ranges::all_of(f, [](float value) { return std::isfinite(value); }))
        << amplitude;
  }
}

TEST(MelFilters, AreSlaneyTrianglesOfEqualArea) {
  const MelFilters filters;
  for (std::size_t band = 0; band < kNMels; ++band) {
    // Against the definition, bin by bin.
    const double step = hz_to_mel(kSampleRate / 2.0) / (kNMels + 1);
    const double lower = mel_to_hz(step * static_cast<double>(band));
    const double center = mel_to_hz(step * static_cast<double>(band + 1));
    const double upper = mel_to_hz(step * static_cast<double>(band + 2));
    for (std::size_t bin = 0; bin < kNBins; ++bin) {
      const double hz = fft_frequency(bin);
      const double triangle =
          std::max(0.0, std::min((hz - lower) / (center - lower), (upper - hz) / (upper - center)));
      EXPECT_NEAR(filters.weight(band, bin), triangle * 2 / (upper - lower), 1e-8);
    }
  }
}

TEST(MelFilters, MatchSomeOfLibrosasWeights) {
  // librosa 0.10.2: librosa.filters.mel(sr=22050, n_fft=2048)[band, bin]
  const MelFilters filters;
  EXPECT_NEAR(filters.weight(0, 1), 0.01618285, 1e-8);
  EXPECT_NEAR(filters.weight(0, 2), 0.03236571, 1e-8);
  EXPECT_NEAR(filters.weight(0, 4), 0.01280724, 1e-8);
  EXPECT_NEAR(filters.weight(127, 1000), 0.00312625, 1e-8);
  EXPECT_EQ(filters.weight(0, 0), 0.0F);
}

TEST(ChromaFilters, PutEachNoteIntoItsColumn) {
  const ChromaFilters& filters = chroma_filters(kNTunings / 2);
  constexpr std::size_t kA = 9;  // columns start at C
  const auto bin_of_a4 = static_cast<std::size_t>(std::lround(440 / fft_frequency(1)));
  for (std::size_t note = 0; note < kNChroma; ++note) {
    if (note == kA) continue;
    EXPECT_LT(filters[bin_of_a4][note], filters[bin_of_a4][kA]) << note;
  }
}

TEST(PadMode, NamesAreLibrosas) {
  EXPECT_EQ(parse_pad_mode("constant"), PadMode::kConstant);
  EXPECT_EQ(parse_pad_mode("reflect"), PadMode::kReflect);
  EXPECT_EQ(parse_pad_mode("edge"), PadMode::kEdge);
  EXPECT_EQ(parse_pad_mode("symmetric"), PadMode::kSymmetric);
  EXPECT_EQ(parse_pad_mode("wrap"), std::nullopt);
}

}  // namespace
}  // namespace genre::test
