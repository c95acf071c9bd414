// Framing, and what is computed of the samples themselves, against the definitions.
#include "features/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "features/rms.h"
#include "features/zero_crossing_rate.h"
#include "unit/noise.h"

namespace genre::test {
namespace {

using namespace features;

constexpr std::size_t kPad = kNFft / 2;

const std::vector<std::size_t> kLengths = {1025, 1535, 1536, 1537, 2047, 2048, 2049, 4096, 66150};

// numpy.pad(y, n_fft / 2, mode); "edge" where there is no pad mode.
std::vector<float> padded(const std::vector<float>& y, std::optional<PadMode> pad_mode) {
  std::vector<float> result;
  const auto size = static_cast<std::ptrdiff_t>(y.size());
  for (std::ptrdiff_t n = -static_cast<std::ptrdiff_t>(kPad); n < size + std::ptrdiff_t{kPad};
       ++n) {
    const bool inside = n >= 0 && n < size;
    if (!pad_mode) {
      result.push_back(y[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(n, 0, size - 1))]);
    } else if (*pad_mode == PadMode::kConstant) {
      result.push_back(inside ? y[static_cast<std::size_t>(n)] : 0);
    } else {
      const std::ptrdiff_t mirrored = n < 0 ? -n : n >= size ? 2 * (size - 1) - n : n;
      result.push_back(y[static_cast<std::size_t>(mirrored)]);
    }
  }
  return result;
}

TEST(ClipFrames, AreThoseOfThePaddedClip) {
  for (const PadMode pad_mode : {PadMode::kConstant, PadMode::kReflect}) {
    for (const std::size_t length : kLengths) {
      SCOPED_TRACE(testing::Message() << length << " samples, " << to_string(pad_mode));
      const auto y = uniform_noise(length), expected = padded(y, pad_mode);
      const ClipFrames frames(y, pad_mode);
      ASSERT_EQ(frames.size(), 1 + (expected.size() - kNFft) / kHopLength);
      std::array<float, kNFft> scratch{};
      double rms = 0;
      for (std::size_t t = 0; t < frames.size(); ++t) {
        const std::span window = std::span(expected).subspan(t * kHopLength, kNFft);
        ASSERT_THAT(frames.frame(t, scratch), testing::ElementsAreArray(window)) << t;
        double energy = 0;
        for (const float sample : window) energy += static_cast<double>(sample) * sample;
        rms += std::sqrt(energy / kNFft) / static_cast<double>(frames.size());
      }
      EXPECT_NEAR(rms_mean(frames), rms, 1e-6 * rms);
    }
  }
}

TEST(ClipFrames, AreThoseOfTheClipItselfWhereThereIsAHopLength) {
  for (const std::size_t hop_length : {std::size_t{1}, kHopLength, std::size_t{1708}}) {
    for (const std::size_t length : {1025, 2047, 2048, 2049, 3755, 3756, 10000}) {
      SCOPED_TRACE(testing::Message() << length << " samples, every " << hop_length);
      const auto y = uniform_noise(length);
      auto expected = y;
      expected.resize(std::max(y.size(), kNFft), 0.0F);
      const ClipFrames frames(y, hop_length);
      ASSERT_EQ(frames.size(), 1 + (expected.size() - kNFft) / hop_length);
      std::array<float, kNFft> scratch{};
      scratch.fill(1);
      for (const std::size_t t : {std::size_t{0}, frames.size() / 2, frames.size() - 1}) {
        ASSERT_THAT(frames.frame(t, scratch),
                    testing::ElementsAreArray(std::span(expected).subspan(t * hop_length, kNFft)));
      }
    }
  }
  EXPECT_THROW(ClipFrames(std::vector<float>(1024), kHopLength), std::invalid_argument);
}

TEST(ZeroCrossingRate, CountsEachFrameOfTheClipExtendedByItsEdges) {
  for (const std::size_t length : kLengths) {
    const auto y = uniform_noise(length), extended = padded(y, std::nullopt);
    const std::size_t n_frames = 1 + (extended.size() - kNFft) / kHopLength;
    double crossings = 0;
    for (std::size_t t = 0; t < n_frames; ++t) {
      for (std::size_t n = t * kHopLength + 1; n < t * kHopLength + kNFft; ++n) {
        crossings += std::signbit(extended[n - 1]) != std::signbit(extended[n]);
      }
    }
    EXPECT_NEAR(zero_crossing_rate_mean(y), crossings / (kNFft * static_cast<double>(n_frames)),
                1e-12)
        << length;
  }
}

}  // namespace
}  // namespace genre::test
