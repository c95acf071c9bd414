// Properties of feature set texture that follow from its definition.
#include "features/texture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <stdexcept>
#include <vector>

#include "genre/features.h"
#include "librosa/own_signals.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

using Features = std::vector<float>;

Features texture(std::span<const float> y) {
  Features features(texture_names().size());
  TextureExtractor().extract(y, features);
  return features;
}

std::vector<float> scaled(std::vector<float> y, float gain) {
  for (float& sample : y) sample *= gain;
  return y;
}

void expect_near(const Features& a, const Features& b, float tolerance) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i], b[i], tolerance) << texture_names()[i];
  }
}

TEST(TextureNames, AreDifferent) {
  const auto names = feature_names(FeatureSet::kTexture);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 1581U);
  EXPECT_EQ(names.size(), 1581U);
}

TEST(Texture, IsTheSameAtAnyLevel) {
  for (const char* name : {"noise", "chord_and_noise", "half_silent"}) {
    const auto y = own_signal(name);
    for (const float gain : {1e-6F, 1e-3F, 3.0F, 1e6F}) {
      SCOPED_TRACE(testing::Message() << name << " times " << gain);
      expect_near(texture(scaled(y, gain)), texture(y), 3e-4F);
    }
  }
}

TEST(Texture, IsFiniteForSilenceAndExtremeLevels) {
  for (const float gain : {0.0F, 1e-30F, 1e9F}) {
    EXPECT_THAT(texture(scaled(own_signal("noise"), gain)),
                testing::Each(testing::Truly([](float value) { return std::isfinite(value); })))
        << gain;
  }
}

TEST(Texture, LooksAtTheFirstThreeSeconds) {
  const auto y = own_signal("chord_and_noise");
  auto longer = y;
  longer.resize(2 * y.size(), 0.9F);
  EXPECT_EQ(texture(longer), texture(y));
}

TEST(Texture, RepeatsTheFramesOfAShortClip) {
  const auto noise = own_signal("noise");
  for (const std::size_t size :
       {FeatureExtractor::kMinSamples, std::size_t{2048}, std::size_t{3756}, std::size_t{20000}}) {
    const std::size_t n_frames = 1 + (std::max(size, kNFft) - kNFft) / kTextureHopLength;
    LogMel log_mel{};
    TextureExtractor().log_mel(std::span(noise).first(size), log_mel);
    for (const auto& band : log_mel) {
      for (std::size_t t = n_frames; t < kTextureFrames; ++t) {
        ASSERT_EQ(band[t], band[t % n_frames]) << size << " samples, frame " << t;
      }
    }
  }
  EXPECT_THROW(texture(std::span(noise).first(FeatureExtractor::kMinSamples - 1)),
               std::invalid_argument);
}

TEST(Texture, GivesTheSameBitsAgain) {
  const auto noise = own_signal("noise"), chord = own_signal("chord_minus_35_cents");
  FeatureExtractor extractor(FeatureSet::kTexture);
  Features features(texture_names().size());
  extractor.extract(noise, features);  // leaves its traces in the scratch memory only
  extractor.extract(chord, features);
  EXPECT_EQ(features, texture(chord));
  EXPECT_THROW(extractor.extract(chord, std::span(features).first(26)), std::invalid_argument);
}

TEST(LogMel, IsDbBelowItsLoudest) {
  for (const char* name : {"noise", "sine_1000", "half_silent", "silence"}) {
    LogMel log_mel{};
    TextureExtractor().log_mel(own_signal(name), log_mel);
    float max = -1000, min = 1000;
    for (const auto& band : log_mel) {
      max = std::max(max, *std::ranges::max_element(band));
      min = std::min(min, *std::ranges::min_element(band));
    }
    EXPECT_EQ(max, 0) << name;
    EXPECT_GE(min, -80) << name;
  }
}

TEST(TextureStatistics, DoNotDependOnTheReference) {
  LogMel log_mel{}, shifted{};
  TextureExtractor extractor;
  extractor.log_mel(own_signal("half_silent"), log_mel);
  for (std::size_t m = 0; m < kNMels; ++m) {
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      shifted[m][t] = std::max(log_mel[m][t], -70.0F) - 23;
      log_mel[m][t] = std::max(log_mel[m][t], -70.0F);
    }
  }
  Features features(texture_names().size()), of_shifted(features);
  extractor.statistics(log_mel, features);
  extractor.statistics(shifted, of_shifted);
  expect_near(features, of_shifted, 1e-4F);
}

}  // namespace
}  // namespace genre::test
