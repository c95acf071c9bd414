// What can be decoded of a damaged file is used, and warnings say what is missing.
#include "audio/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string_view>

#include "audio/mix.h"
#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

constexpr int kRate = 44100;
constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;

std::vector<float> noise(double seconds, float level = 0.3F, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<float> y(static_cast<std::size_t>(seconds * kRate));
  for (float& sample : y) sample = level * (static_cast<float>(random() % 2001) / 1000 - 1);
  return y;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

AudioBuffer decode(const Bytes& file, int sr = kRate) {
  auto audio = load(file, sr);
  EXPECT_TRUE(audio) << audio.error().message;
  return audio ? std::move(*audio) : AudioBuffer{};
}

// Flips the bits of some bytes from a share of the file on.
Bytes flipped(Bytes file, double share, std::size_t n) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(file.size()));
  for (std::byte& byte : std::span(file).subspan(static_cast<std::size_t>(at), n)) {
    byte ^= std::byte{0x55};
  }
  return file;
}

TEST(Warnings, MergesWhatIsAdjacentAndBoundsTheRest) {
  audio::Warnings warnings;
  warnings.add(WarningCode::kSilence, 0, 3);
  warnings.add(WarningCode::kDamaged, 1, 2, "one cause");
  warnings.add(WarningCode::kSilence, 3, 6);
  ASSERT_EQ(warnings.list().size(), 2U);
  EXPECT_EQ(warnings.list()[0].message,
            "the file is damaged: the audio from 1.00 s to 2.00 s cannot be decoded (one cause)");
  EXPECT_EQ(warnings.list()[1].message,
            "the audio from 0.00 s to 6.00 s is silent and does not count");
  for (int i = 1; i <= 1000; ++i)
    warnings.add(WarningCode::kDamaged, 10 * i, 10 * i + 1, "a cause");
  const auto list = warnings.list();
  ASSERT_EQ(list.size(), kMaxWarnings + 1);
  EXPECT_EQ(list[kMaxWarnings - 1].to, 10001);
  EXPECT_THAT(list[kMaxWarnings - 1].message, HasSubstr("986 parts from 150.00 s to 10001.00 s"));
}

TEST(DamagedFlac, AByteCostsABlockOrTwo) {
  const auto y = noise(10);
  const Bytes file = encode(y, kRate, kFlac);
  const auto whole = decode(file);
  EXPECT_TRUE(whole.warnings.empty());
  ASSERT_EQ(whole.y.size(), y.size());
  for (const std::size_t n : {1U, 40U}) {
    const auto damaged = expect_warning(flipped(file, 0.5, n), WarningCode::kDamaged, kRate);
    ASSERT_EQ(damaged.size(), whole.y.size()) << n;
    const auto [from, _] = std::ranges::mismatch(damaged, whole.y);
    const auto last = std::mismatch(damaged.rbegin(), damaged.rend(), whole.y.rbegin()).first;
    const auto begin = from - damaged.begin(), end = last.base() - damaged.begin();
    EXPECT_LE(end - begin, 2 * 4608) << n;
    EXPECT_TRUE(std::all_of(from, last.base(), [](float sample) { return sample == 0; }));
    const Warning warning = decode(flipped(file, 0.5, n)).warnings.front();
    EXPECT_NEAR(warning.from * kRate, static_cast<double>(begin), 1);
    EXPECT_NEAR(warning.to * kRate, static_cast<double>(end), 1);
    EXPECT_THAT(warning.message, HasSubstr("a block has a wrong checksum"));
  }
}

TEST(DamagedFlac, AHoleIsSilence) {
  const Bytes file = encode(noise(30), kRate, kFlac);
  const auto whole = decode(file);
  Bytes damaged = file;
  std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(file.size() / 4),
            damaged.begin() + static_cast<std::ptrdiff_t>(file.size() / 2), std::byte{0});
  const auto y = decode(damaged);
  ASSERT_EQ(y.y.size(), whole.y.size());
  EXPECT_TRUE(std::equal(y.y.end() - 14 * kRate, y.y.end(), whole.y.end() - 14 * kRate));
  ASSERT_EQ(y.warnings.size(), 1U) << y.warnings[1].message;
  EXPECT_NEAR(y.warnings.front().from, 7.5, 0.3);
  EXPECT_NEAR(y.warnings.front().to, 15, 0.3);
}

TEST(DamagedFlac, JoinedFilesAreNotDamaged) {
  const Bytes file = encode(noise(2), kRate, kFlac);
  const auto audio = decode(file + file);
  EXPECT_EQ(audio.y.size(), 4U * kRate);
  EXPECT_TRUE(audio.warnings.empty());
}

TEST(DamagedOgg, ALostPageIsNotTheEnd) {
  for (const int codec : {SF_FORMAT_VORBIS, SF_FORMAT_OPUS}) {
    SCOPED_TRACE(codec);
    const int sr = 48000;
    const Bytes file = encode(sine(440, 20, sr), sr, SF_FORMAT_OGG | codec);
    const auto whole = load(file, sr);
    ASSERT_TRUE(whole);
    EXPECT_TRUE(whole->warnings.empty());
    const Bytes damaged = flipped(file, 0.5, 1);
    const auto y = expect_warning(damaged, WarningCode::kDamaged, sr);
    EXPECT_LT(y.size(), whole->y.size());
    EXPECT_GT(y.size(), whole->y.size() / 2);
    const Warning warning = decode(damaged, sr).warnings.front();
    const double lost = static_cast<double>(whole->y.size() - y.size()) / sr;
    EXPECT_NEAR(warning.to - warning.from, lost, 0.1);
    EXPECT_NEAR((warning.from + warning.to) / 2, 10, 5);
    EXPECT_THAT(warning.message, HasSubstr("pages are damaged or missing"));

    const auto half = expect_warning(first(file, file.size() / 2), WarningCode::kTruncated, sr);
    EXPECT_NEAR(static_cast<double>(half.size()) / sr, 10, 5);
  }
}

TEST(DamagedMp3, GapsAndCutsAreFound) {
  const Bytes file = encode(noise(6), kRate, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  EXPECT_TRUE(decode(file).warnings.empty());
  EXPECT_TRUE(decode(file + file).warnings.empty());
  Bytes tag = to_bytes(std::string_view("ID3\4\0\0\0\0\1\0", 10));
  tag.resize(tag.size() + 128 + 50);  // zeros after the tag
  EXPECT_TRUE(decode(file + tag + file).warnings.empty());
  Bytes id3v1(128, std::byte{' '});
  std::ranges::copy(to_bytes("TAG"), id3v1.begin());
  EXPECT_TRUE(decode(file + id3v1).warnings.empty());
  EXPECT_TRUE(decode(file + id3v1 + file).warnings.empty());

  Bytes hole = file;
  std::fill_n(hole.begin() + static_cast<std::ptrdiff_t>(file.size() / 2), 4000, std::byte{0});
  expect_warning(hole, WarningCode::kDamaged, kRate);
  const Warning warning = decode(hole).warnings.front();
  EXPECT_NEAR(warning.from, 3, 0.3);
  EXPECT_EQ(warning.from, warning.to);

  // LAME's header declares the length; without it, the last frame is cut.
  const auto cut = decode(first(file, file.size() / 2));
  ASSERT_EQ(cut.warnings.size(), 1U);
  EXPECT_EQ(cut.warnings.front().code, WarningCode::kTruncated);
  EXPECT_NEAR(cut.warnings.front().from, 3, 0.3);
  EXPECT_NEAR(cut.warnings.front().to, 6, 0.2);
  expect_error(first(file, file.size() / 2), ErrorCode::kTruncated, kStrict);
}

// [n, channels] of gains of one signal.
Bytes stereo(const std::vector<float>& left, const std::vector<float>& right,
             int format = SF_FORMAT_WAV | SF_FORMAT_FLOAT) {
  std::vector<float> interleaved;
  for (std::size_t i = 0; i < left.size(); ++i) {
    interleaved.push_back(left[i]);
    interleaved.push_back(right[i]);
  }
  return encode(interleaved, kRate, format, 2);
}

std::vector<float> times(std::vector<float> y, float gain) {
  for (float& sample : y) sample *= gain;
  return y;
}

TEST(OppositeChannels, TheStrongestIsHeard) {
  const auto y = noise(2);
  const auto quieter = times(y, -0.95F);
  const auto audio = decode(stereo(quieter, y));
  EXPECT_EQ(audio.y, y);
  ASSERT_EQ(audio.warnings.size(), 1U);
  EXPECT_EQ(audio.warnings.front().code, WarningCode::kOppositeChannels);
  EXPECT_EQ(audio.warnings.front().from, 0);
  EXPECT_EQ(audio.warnings.front().to, 2);
  // It is no damage.
  EXPECT_TRUE(load(stereo(quieter, y), kRate, kStrict));
}

TEST(OppositeChannels, OnlyWhereTheyAre) {
  const auto y = noise(4);
  auto other = y;
  for (float& sample : std::span(other).subspan(2 * kRate)) sample *= -1;
  const auto audio = decode(stereo(y, other));
  ASSERT_EQ(audio.warnings.size(), 1U);
  EXPECT_NEAR(audio.warnings.front().from, 2, 0.2);
  EXPECT_EQ(audio.warnings.front().to, 4);
  EXPECT_TRUE(std::equal(y.begin(), y.begin() + kRate, audio.y.begin()));
  EXPECT_TRUE(std::equal(y.end() - kRate, y.end(), audio.y.end() - kRate));
}

TEST(OppositeChannels, OthersAreMixed) {
  const auto y = noise(1), unrelated = noise(1, 0.3F, 2);
  for (const auto& other : {unrelated, std::vector<float>(y.size()), y, times(y, -0.5F)}) {
    const auto audio = decode(stereo(y, other));
    EXPECT_TRUE(audio.warnings.empty());
    for (std::size_t i = 0; i < y.size(); ++i) ASSERT_EQ(audio.y[i], (y[i] + other[i]) / 2);
  }
  // One of many channels is not cancelled by the others, which are silent.
  std::vector<float> interleaved(16 * kRate);
  for (std::size_t i = 0; i < kRate; ++i) interleaved[16 * i + 3] = y[i];
  EXPECT_TRUE(
      decode(encode(interleaved, kRate, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 16)).warnings.empty());
  // Nor does it matter in noise that nobody hears.
  const auto quiet = noise(1, 5e-5F);
  EXPECT_TRUE(decode(stereo(quiet, times(quiet, -1))).warnings.empty());
}

TEST(OppositeChannels, TheChoiceStaysWhileChannelsAreEquallyStrong) {
  const std::vector<float> interleaved = {1, -1, 0.9F, -0.95F}, mono = {0, -0.025F};
  EXPECT_EQ(audio::channel_if_opposite(interleaved, mono, std::nullopt), 0U);
  EXPECT_EQ(audio::channel_if_opposite(interleaved, mono, 1), 1U);
}

}  // namespace
}  // namespace genre::test
