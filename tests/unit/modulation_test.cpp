// The modulation bank: its products against naive loops, its filters by what they answer.
#include "features/modulation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>

#include "every_target.h"
#include "features/texture.h"
#include "librosa/own_signals.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

std::vector<FrameRow> random_rows(std::size_t n, unsigned seed) {
  const auto noise = uniform_noise(n * kFrameStride, seed);
  std::vector<FrameRow> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::copy_n(noise.begin() + static_cast<std::ptrdiff_t>(i * kFrameStride), kFrameStride,
                rows[i].begin());
  }
  return rows;
}

using ModulationProducts = EveryTarget;
GENRE_ON_EVERY_TARGET(ModulationProducts);

TEST_P(ModulationProducts, BandedIsTheNaiveLoop) {
  const auto b = random_rows(20, 1);
  const std::vector<BandedRow> a = {
      {0, uniform_noise(20, 2)}, {19, uniform_noise(1, 3)}, {3, uniform_noise(7, 4)}, {5, {}}};
  auto out = random_rows(a.size(), 5);
  banded_product(a, b, out);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t lane = 0; lane < kFrameStride; ++lane) {
      double sum = 0;
      for (std::size_t k = 0; k < a[i].values.size(); ++k) {
        sum += static_cast<double>(a[i].values[k]) * b[a[i].first + k][lane];
      }
      ASSERT_NEAR(out[i][lane], sum, 2e-6) << i << ' ' << lane;
    }
  }
}

TEST_P(ModulationProducts, DenseIsTheNaiveLoop) {
  const auto a = random_rows(5, 1), rows = random_rows(kTextureFrames, 2);
  std::array<FrameRow, kTextureFrames> b{};
  std::ranges::copy(rows, b.begin());
  auto out = random_rows(a.size(), 3);
  dense_product(a, b, out);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t lane = 0; lane < kFrameStride; ++lane) {
      double sum = 0;
      for (std::size_t k = 0; k < kTextureFrames; ++k) {
        sum += static_cast<double>(a[i][k]) * b[k][lane];
      }
      ASSERT_NEAR(out[i][lane], sum, 2e-6) << i << ' ' << lane;
    }
  }
}

constexpr std::array<double, 4> kRates = {0.04, 0.09, 0.19, 0.38};  // cycles a frame
constexpr std::array<double, 4> kScales = {1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8};  // a mel band

using Answers = std::map<std::string, double>;  // a filter's mean magnitude, over all regions

Answers answers(const LogMel& log_mel) {
  std::vector<float> features(texture_names().size());
  TextureExtractor().statistics(log_mel, features);
  Answers result;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string& name = texture_names()[i];
    const auto mean = name.rfind("_mean_");
    if (!name.starts_with("modulation_") || mean == std::string::npos) continue;
    result[name.substr(11, mean - 11)] += std::exp(features[i]) / 8;
  }
  return result;
}

Answers answers_to(const std::function<double(double m, double t)>& db) {
  LogMel log_mel{};
  for (std::size_t m = 0; m < kNMels; ++m) {
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      log_mel[m][t] = static_cast<float>(db(static_cast<double>(m), static_cast<double>(t)));
    }
  }
  return answers(log_mel);
}

Answers answers_of(std::span<const float> y) {
  LogMel log_mel{};
  TextureExtractor().log_mel(y, log_mel);
  return answers(log_mel);
}

// Of the filters of one kind: tuned to a rate, a scale, or to both. Smoothing lets much of the
// lowest rate and scale through, so that kinds are not compared.
std::string loudest(Answers answers, const std::function<bool(const std::string&)>& of_kind) {
  std::erase_if(answers, [&](const auto& answer) { return !of_kind(answer.first); });
  return std::ranges::max_element(answers, {}, &Answers::value_type::second)->first;
}
bool is_rate(const std::string& name) { return name.size() == 5; }
bool is_scale(const std::string& name) { return name.starts_with("scale"); }
bool is_both(const std::string& name) { return !is_rate(name) && !is_scale(name); }

double wave(double cycles) { return 10 * std::cos(2 * std::numbers::pi * cycles); }

TEST(ModulationBank, RippleIsAnsweredMostByTheFilterOfItsRateScaleAndDirection) {
  for (std::size_t r = 0; r < kRates.size(); ++r) {
    for (std::size_t s = 0; s < kScales.size(); ++s) {
      const std::string name = "rate" + std::to_string(r + 1) + "_scale" + std::to_string(s + 1);
      // Its crests are where scale times band equals rate times frame: they rise.
      EXPECT_EQ(loudest(answers_to([&](double m, double t) {
                          return wave(kScales[s] * m - kRates[r] * t);
                        }),
                        is_both),
                name + "_up");
      EXPECT_EQ(loudest(answers_to([&](double m, double t) {
                          return wave(kScales[s] * m + kRates[r] * t);
                        }),
                        is_both),
                name + "_down");
    }
  }
}

TEST(ModulationBank, WhatDoesNotMoveIsAnsweredByItsScale) {
  for (std::size_t s = 0; s < kScales.size(); ++s) {
    EXPECT_EQ(loudest(answers_to([&](double m, double) { return wave(kScales[s] * m); }), is_scale),
              "scale" + std::to_string(s + 1));
  }
}

TEST(ModulationBank, WhatMovesInAllBandsTogetherIsAnsweredByItsRate) {
  for (std::size_t r = 0; r < kRates.size(); ++r) {
    EXPECT_EQ(loudest(answers_to([&](double, double t) { return wave(kRates[r] * t); }), is_rate),
              "rate" + std::to_string(r + 1));
  }
}

TEST(ModulationBank, BeatingNoiseIsAnsweredByItsRate) {
  const auto noise = own_signal("noise");
  for (std::size_t r = 0; r < kRates.size(); ++r) {
    const double hz = kRates[r] * kSampleRate / static_cast<double>(kTextureHopLength);
    std::vector<float> y(noise.size());
    for (std::size_t n = 0; n < y.size(); ++n) {
      const double phase = 2 * std::numbers::pi * hz * static_cast<double>(n) / kSampleRate;
      y[n] = noise[n] * static_cast<float>(1 + 0.9 * std::cos(phase));
    }
    EXPECT_EQ(loudest(answers_of(y), is_rate), "rate" + std::to_string(r + 1));
  }
}

TEST(ModulationBank, ChirpIsAnsweredByItsDirection) {
  auto y = own_signal("sweep");  // rises
  const auto rising = answers_of(y);
  std::ranges::reverse(y);
  const auto falling = answers_of(y);
  for (const auto& [name, rises] : rising) {
    if (!name.ends_with("_up")) continue;
    const std::string down = name.substr(0, name.size() - 2) + "down";
    EXPECT_GT(rises, rising.at(down)) << name;
    EXPECT_LT(falling.at(name), falling.at(down)) << name;
  }
}

}  // namespace
}  // namespace genre::test
