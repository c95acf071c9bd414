// Which windows and pieces of a file are heard if not all, and that seeking gives their samples.
#include "predict/excerpts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "encode.h"
#include "genre/audio.h"
#include "predict/excerpt_starts.h"

namespace genre::predict {
namespace {

using testing::ElementsAre;

std::vector<float> noise(std::size_t n) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> sample(-0.5F, 0.5F);
  std::vector<float> y(n);
  std::ranges::generate(y, [&] { return sample(random); });
  return y;
}

TEST(ExcerptStarts, AreInTheMiddleOfEqualParts) {
  const WindowGrid grid{.window = 3, .hop = 3};
  EXPECT_THAT(excerpt_starts(1, grid, 30), ElementsAre(15));
  EXPECT_THAT(excerpt_starts(2, grid, 30), ElementsAre(6, 21));
  EXPECT_THAT(excerpt_starts(3, grid, 9), ElementsAre(0, 3, 6));
  EXPECT_THAT(excerpt_starts(99, grid, 8), ElementsAre(0, 3, 6));  // half a window counts
  EXPECT_THAT(excerpt_starts(99, grid, 7), ElementsAre(0, 3));
  EXPECT_THAT(excerpt_starts(5, grid, 1), ElementsAre(0));
}

TEST(ExcerptStarts, AreWindowsOfTheWholeFile) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    const WindowGrid grid{.window = 1 + random() % 50, .hop = 1 + random() % 70};
    const std::size_t n_samples = 1 + random() % 3000, n = 1 + random() % 40;
    const auto starts = excerpt_starts(n, grid, n_samples);
    EXPECT_EQ(starts.size(), std::min(n, grid.count(n_samples)));
    EXPECT_EQ(std::ranges::adjacent_find(starts, std::greater_equal()), starts.end());
    for (const std::size_t start : starts) {
      EXPECT_EQ(start % grid.hop, 0U);
      EXPECT_TRUE(start == 0 || start + (grid.window + 1) / 2 <= n_samples);
    }
  }
}

TEST(Excerpts, TellWhereTheirPiecesAre) {
  for (const std::size_t n : {1, 2, 3, 7}) {
    for (std::size_t length = 1; length < 700; ++length) {
      Excerpts excerpts({.n = n, .seconds = 1}, 10);
      std::vector<float> y(length);
      for (std::size_t i = 0; i < length; ++i) y[i] = static_cast<float>(i);
      for (std::size_t at = 0; at < length; at += 13) {
        excerpts.add(std::span(y).subspan(at, std::min<std::size_t>(13, length - at)));
      }
      const auto pieces = excerpts.pieces();
      const auto spans = excerpts.spans(length);
      ASSERT_EQ(pieces.size(), spans.size());
      for (std::size_t i = 0; i < spans.size(); ++i) {
        EXPECT_EQ(pieces[i].front(), static_cast<float>(spans[i].start));
        EXPECT_EQ(pieces[i].size(), spans[i].length);
      }
    }
  }
}

// The samples after a seek are those of the whole file, whatever the two rates are.
TEST(AudioStream, SeeksToASample) {
  for (const int sr_in : {8000, 16000, 22050, 44100, 44101, 48000, 96000}) {
    const auto file = test::encode(noise(static_cast<std::size_t>(20 * sr_in)), sr_in,
                                   SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2);
    const auto whole = load(file);
    ASSERT_TRUE(whole);
    auto stream = AudioStream::open(file);
    ASSERT_TRUE(stream);
    EXPECT_EQ(stream->length().value(), static_cast<std::int64_t>(whole->y.size()));
    std::vector<float> y(1000);
    for (const std::int64_t at : {7, 999, 1100, 40000, 90001, 100000, 219999}) {
      if (at < stream->position()) continue;
      ASSERT_TRUE(stream->seek(at));
      EXPECT_EQ(stream->position(), at);
      const auto n = stream->read(y);
      ASSERT_TRUE(n);
      ASSERT_EQ(*n, std::min<std::size_t>(1000, whole->y.size() - static_cast<std::size_t>(at)));
      for (std::size_t i = 0; i < *n; ++i) {
        ASSERT_NEAR(y[i], whole->y[static_cast<std::size_t>(at) + i], 1e-5) << sr_in << " " << at;
      }
    }
    ASSERT_TRUE(stream->seek(10'000'000));  // behind the end
    EXPECT_EQ(stream->read(y), 0U);
    EXPECT_EQ(stream->position(), static_cast<std::int64_t>(whole->y.size()));
    EXPECT_THROW(static_cast<void>(stream->seek(0)), std::invalid_argument);
  }
}

}  // namespace
}  // namespace genre::predict
