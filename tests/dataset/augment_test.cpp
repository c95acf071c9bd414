#include "dataset/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace dataset;
using namespace features;

constexpr std::size_t kCopies = 400;

// Bands that hum between 0 and 40 dB below the loudest: far above any floor.
LogMel humming() {
  const auto noise = uniform_noise(kNMels * kTextureFrames);
  LogMel log_mel{};
  for (std::size_t m = 0; m < kNMels; ++m) {
    for (std::size_t t = 0; t < kTextureFrames; ++t) {
      log_mel[m][t] = 20 * noise[m * kTextureFrames + t] - 20;
    }
  }
  return log_mel;
}

// One band sounds, and only in the first frame.
LogMel click(std::size_t sounding) {
  LogMel log_mel{};
  for (auto& band : log_mel) band.fill(-300);
  log_mel[sounding][0] = 0;
  return log_mel;
}

std::vector<LogMel> copies_of(const LogMel& original, std::uint64_t seed, std::size_t n = kCopies) {
  Augmentation augmentation(seed);
  std::vector<LogMel> copies(n);
  for (LogMel& copy : copies) augmentation.apply(original, copy);
  return copies;
}

std::size_t count(const std::vector<LogMel>& copies,
                  const std::function<bool(const LogMel&)>& predicate) {
  return static_cast<std::size_t>(std::ranges::count_if(copies, predicate));
}

float mean_of(const LogMel& log_mel, std::size_t first_band, std::size_t last_band) {
  float sum = 0;
  for (std::size_t m = first_band; m < last_band; ++m) {
    for (const float db : log_mel[m]) sum += db;
  }
  return sum / static_cast<float>((last_band - first_band) * kTextureFrames);
}

TEST(Augmentation, IsFixedByTheSeed) {
  const LogMel original = humming();
  EXPECT_EQ(copies_of(original, 1, 20), copies_of(original, 1, 20));
  EXPECT_NE(copies_of(original, 1, 20), copies_of(original, 2, 20));
  const auto copies = copies_of(original, 1, 2);
  EXPECT_NE(copies[0], copies[1]);
}

TEST(Augmentation, MakesNumbersOfSilenceToo) {
  LogMel silence{};
  for (const LogMel& original : {silence, humming(), click(60)}) {
    for (const LogMel& copy : copies_of(original, 1)) {
      for (const auto& band : copy) {
        ASSERT_THAT(band,
                    testing::Each(testing::Truly([](float db) { return std::isfinite(db); })));
      }
    }
  }
}

TEST(Augmentation, DoesNotDependOnTheReference) {
  const LogMel original = humming();
  LogMel louder = original;
  for (auto& band : louder) {
    for (float& db : band) db += 20;
  }
  const auto copies = copies_of(original, 1), of_louder = copies_of(louder, 1);
  for (std::size_t i = 0; i < kCopies; ++i) {
    for (std::size_t m = 0; m < kNMels; ++m) {
      for (std::size_t t = 0; t < kTextureFrames; ++t) {
        ASSERT_NEAR(of_louder[i][m][t], copies[i][m][t] + 20, 1e-3) << i;
      }
    }
  }
}

TEST(Augmentation, TransposesByUpToSixBands) {
  constexpr std::size_t kSounding = 40;
  std::vector<std::size_t> times(kNMels);
  for (const LogMel& copy : copies_of(click(kSounding), 1)) {
    const auto loudest =
        std::ranges::max_element(copy, {}, [](const auto& band) { return band.front(); });
    ++times[static_cast<std::size_t>(loudest - copy.begin())];
  }
  for (std::size_t m = 0; m < kNMels; ++m) {
    if (m + 6 < kSounding || m > kSounding + 6) {
      EXPECT_EQ(times[m], 0U) << m;
    } else {
      EXPECT_GT(times[m], kCopies / 26) << m;
    }
  }
}

TEST(Augmentation, TiltsBothWays) {
  LogMel flat{};
  const auto copies = copies_of(flat, 1);
  const auto rise = [](const LogMel& copy) { return mean_of(copy, 40, 60) - mean_of(copy, 0, 20); };
  EXPECT_GT(count(copies, [&](const LogMel& copy) { return rise(copy) > 3; }), kCopies / 10);
  EXPECT_GT(count(copies, [&](const LogMel& copy) { return rise(copy) < -3; }), kCopies / 10);
}

TEST(Augmentation, TakesTheTopBandsOfSome) {
  const auto gone = count(copies_of(humming(), 1), [](const LogMel& copy) {
    return mean_of(copy, 120, 128) < mean_of(copy, 50, 60) - 45;
  });
  EXPECT_GT(gone, kCopies / 10);
  EXPECT_LT(gone, kCopies / 2);
}

TEST(Augmentation, PutsSomeIntoARoom) {
  // What falls slowly after the click: by 60 dB in 0.2 to 0.8 s, so by 6 to 24 dB a frame.
  const auto echoing = count(copies_of(click(40), 1), [](const LogMel& copy) {
    const auto sounding =
        std::ranges::max_element(copy, {}, [](const auto& band) { return band.front(); });
    const float first = (*sounding)[1] - (*sounding)[2], second = (*sounding)[2] - (*sounding)[3];
    return first > 5.5 && first < 24 && std::fabs(first - second) < 0.1;
  });
  EXPECT_GT(echoing, kCopies / 20);
  EXPECT_LT(echoing, kCopies / 3);
}

TEST(Augmentation, DropsFaintPartsOfSome) {
  const LogMel original = humming();
  const auto holes = count(copies_of(original, 1), [](const LogMel& copy) {
    // Cells far below their own band's median, while that band as a whole is still there.
    auto band = copy[100];
    std::ranges::sort(band);
    return band.front() < band[kTextureFrames / 2] - 60 && band.back() > -60;
  });
  EXPECT_GT(holes, kCopies / 40);
  EXPECT_LT(holes, kCopies / 3);
}

TEST(Augmentation, AddsNoiseToSome) {
  // In a band that is silent before, over all frames.
  const auto noisy = count(copies_of(click(20), 1), [](const LogMel& copy) {
    return *std::ranges::min_element(copy[60]) > -150;
  });
  EXPECT_GT(noisy, kCopies * 2 / 5);
  EXPECT_LT(noisy, kCopies * 3 / 5);
}

}  // namespace
}  // namespace genre::test
