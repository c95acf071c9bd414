// Headers that are at their limits, or that lie: the audio is read, or an error says why not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

// Where encode_wav's header has its fields.
constexpr std::size_t kRiffSize = 4, kFormatSize = 16, kChannels = 22, kSampleRate = 24,
                      kDataChunk = 36, kDataSize = 40, kHeader = 44;
constexpr DecodeLimits kAnyLength = {.min_duration = 0};

std::vector<std::byte> with_field(std::size_t at, std::uint32_t value, std::size_t width = 4) {
  auto file = encode_wav(sine(440, 0.5));
  set_field(file, at, value, width);
  return file;
}

void expect_samples(const std::vector<std::byte>& file, std::size_t n_samples) {
  const auto audio = load(file);
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(audio->y.size(), n_samples);
}

TEST(AudioHeaders, SampleRatesOfAudioWork) {
  for (const std::uint32_t rate : {1000U, 1001U, 8000U, 96000U, 192000U, 655350U, 768000U}) {
    const auto audio = load(with_field(kSampleRate, rate), 22050, kAnyLength);
    ASSERT_TRUE(audio) << rate << " Hz: " << audio.error().message;
    EXPECT_EQ(audio->info.sample_rate, static_cast<int>(rate));
    EXPECT_EQ(audio->y.size(), std::ceil(11025 * 22050.0 / rate));
    EXPECT_THAT(audio->y, testing::Each(testing::Le(1.1F)));
  }
}

TEST(AudioHeaders, OtherSampleRatesAreRefusedWithTheRange) {
  for (const std::uint32_t rate : {1U, 10U, 999U, 768001U, 10000000U, 0x7FFFFFFFU}) {
    const auto audio = load(with_field(kSampleRate, rate), 22050, kAnyLength);
    ASSERT_FALSE(audio) << rate;
    EXPECT_EQ(audio.error().code, ErrorCode::kUnsupported) << rate;
    EXPECT_THAT(audio.error().message, HasSubstr(std::to_string(rate) + " Hz"));
    EXPECT_THAT(audio.error().message, HasSubstr("1000 to 768000 Hz"));
  }
  expect_error(with_field(kSampleRate, 0), ErrorCode::kUnsupported);
  expect_error(with_field(kSampleRate, 0xFFFFFFFF), ErrorCode::kUnsupported);
}

TEST(AudioHeaders, AsManyChannelsAsLibsndfileTakes) {
  for (const int channels : {1, 2, 8, 255, 1024}) {
    const std::vector<float> interleaved(2205 * static_cast<std::size_t>(channels), 0.25F);
    const auto audio = load(encode(interleaved, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels));
    ASSERT_TRUE(audio) << channels << " channels: " << audio.error().message;
    EXPECT_EQ(audio->info.channels, channels);
    EXPECT_THAT(audio->y, testing::SizeIs(2205));
    EXPECT_THAT(audio->y, testing::Each(0.25F));
  }
}

TEST(AudioHeaders, ChannelsThatAreNotThereShortenTheAudioOrAreRefused) {
  for (const std::uint32_t channels : {0U, 1025U, 0xFFFFU}) {
    expect_error(with_field(kChannels, channels, 2), ErrorCode::kUnsupported, kAnyLength);
  }
  for (const std::uint32_t channels : {2U, 8U, 255U, 1024U}) {
    const auto audio = load(with_field(kChannels, channels, 2), 22050, kAnyLength);
    ASSERT_TRUE(audio) << channels << " channels: " << audio.error().message;
    EXPECT_EQ(audio->y.size(), 11025 / channels);
  }
}

TEST(AudioHeaders, TheSizeOfTheRiffDoesNotMatter) {
  for (const std::uint32_t size : {0U, 1U, 100U, 0x7FFFFFFFU, 0x80000000U, 0xFFFFFFFFU}) {
    SCOPED_TRACE(size);
    expect_samples(with_field(kRiffSize, size), 11025);
  }
}

TEST(AudioHeaders, DataOfUnknownSizeGoesOnToTheEnd) {
  // As written to a pipe, and by a program that did not come to its end.
  struct Sizes {
    std::uint32_t riff, data;
  };
  for (const auto& [riff, data] :
       {Sizes{0x7FFFFFFF, 0x7FFFFFFF}, Sizes{0xFFFFFFFF, 0xFFFFFFFF}, Sizes{0, 0xFFFFFFFF},
        Sizes{8, 0}, Sizes{0, 0}, Sizes{36, 0}, Sizes{0xFFFFFFFF, 0}}) {
    SCOPED_TRACE(riff);
    auto file = with_field(kRiffSize, riff);
    set_field(file, kDataSize, data);
    expect_samples(file, 11025);
  }
}

TEST(AudioHeaders, DataIsReadAsFarAsItsSizeGoes) {
  expect_samples(with_field(kDataSize, 2 * 5000), 5000);
  expect_samples(with_field(kDataSize, 2 * 5000 + 1), 5000);
  EXPECT_EQ(expect_warning(with_field(kDataSize, 2 * 11025 + 2), WarningCode::kTruncated).size(),
            11025U);
}

// Even if it is far longer than the limit.
TEST(AudioHeaders, AWrongSizeDoesNotCostTheSamplesThatAreThere) {
  const auto y = expect_warning(with_field(kDataSize, 0x70000000), WarningCode::kTruncated);
  EXPECT_EQ(y.size(), 11025U);
}

TEST(AudioHeaders, OneByteMayBeMissing) {
  const auto file = encode_wav(sine(440, 0.5));
  expect_samples(first(file, file.size() - 1), 11024);
  EXPECT_EQ(expect_warning(first(file, file.size() - 2), WarningCode::kTruncated).size(), 11024U);
}

TEST(AudioHeaders, Bw64IsRf64ByAnotherName) {
  auto file = encode(sine(440, 0.5), 22050, SF_FORMAT_RF64 | SF_FORMAT_PCM_16);
  const auto rf64 = load(file);
  std::ranges::copy(to_bytes("BW64"), file.begin());
  const auto bw64 = load(file);
  ASSERT_TRUE(rf64 && bw64) << bw64.error().message;
  EXPECT_EQ(bw64->y, rf64->y);
}

TEST(AudioHeaders, AnEmptyDataChunkHasNoSamples) {
  expect_error(first(with_field(kDataSize, 0), kHeader), ErrorCode::kNoSamples);
  expect_error(with_field(kDataSize, 0), ErrorCode::kNoSamples);
}

TEST(AudioHeaders, AFormatChunkOfAnotherSizeIsAnError) {
  for (const std::uint32_t size : {0U, 2U, 14U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    const auto audio = load(with_field(kFormatSize, size));
    ASSERT_FALSE(audio) << size;
    EXPECT_THAT(audio.error().code, testing::AnyOf(ErrorCode::kTruncated, ErrorCode::kUnsupported))
        << size;
  }
}

TEST(AudioHeaders, ChunksOfOddSizeArePadded) {
  const auto list = to_bytes(std::string_view("LIST\5\0\0\0INFO!\0", 14));
  auto before = encode_wav(sine(440, 0.5));
  before.insert(before.begin() + kDataChunk, list.begin(), list.end());
  expect_samples(before, 11025);

  auto behind = encode(sine(440, 0.5), 22050, SF_FORMAT_WAV | SF_FORMAT_PCM_U8);
  ASSERT_EQ(behind.size(), kHeader + 11025 + 1);  // with its padding
  behind.insert(behind.end(), list.begin(), list.end());
  expect_samples(behind, 11025);
}

TEST(AudioHeaders, AuOfEitherByteOrderIsCheckedForCuts) {
  for (const int endian : {SF_ENDIAN_BIG, SF_ENDIAN_LITTLE}) {
    const auto whole = encode(sine(440, 0.5), 22050, SF_FORMAT_AU | SF_FORMAT_PCM_16 | endian);
    expect_samples(whole, 11025);
    const auto y = expect_warning(first(whole, 5000), WarningCode::kTruncated);
    EXPECT_EQ(y.size(), (5000U - 24U) / 2);
  }
}

TEST(AudioSamples, DenormalsAreSamplesLikeOthers) {
  const std::vector<float> y(4410, std::numeric_limits<float>::denorm_min());
  const auto audio = load(encode(y, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(audio->y, y);
  const auto resampled = load(encode(y, 44100, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  ASSERT_TRUE(resampled) << resampled.error().message;
  EXPECT_THAT(resampled->y, testing::Each(testing::FloatNear(0, 1e-30F)));
}

TEST(AudioSamples, OneThatIsNotFiniteInAnyChannelIsAnError) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> interleaved(8 * 4410);
    interleaved[8 * 4000 + 5] = bad;
    expect_error(encode(interleaved, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8),
                 ErrorCode::kNonFinite);
  }
}

}  // namespace
}  // namespace genre::test
