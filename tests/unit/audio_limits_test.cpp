// However long the audio is that a small file decodes to, no more of it is decoded than the limits
// allow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <string>

#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

// Silence, of which a second takes next to no bytes.
std::vector<std::byte> silence(double seconds, int sample_rate, int format, int channels = 1) {
  const auto frames = static_cast<std::size_t>(seconds * sample_rate);
  return encode(std::vector<float>(frames * static_cast<std::size_t>(channels)), sample_rate,
                format, channels);
}

// FLAC whose header does not tell its length.
std::vector<std::byte> without_length(std::vector<std::byte> flac) {
  flac[21] &= std::byte{0xF0};
  set_field(flac, 22, 0);
  return flac;
}

void expect_refused_at_once(const std::vector<std::byte>& file, const DecodeLimits& limits) {
  const auto stream = AudioStream::open(file, 22050, limits);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, ErrorCode::kTooLong) << stream.error().message;
}

// Decodes up to the limit, or one piece beyond it, and no further.
void expect_cut_off(const std::vector<std::byte>& file, const DecodeLimits& limits) {
  auto stream = AudioStream::open(file, 22050, limits);
  ASSERT_TRUE(stream) << stream.error().message;
  std::vector<float> piece(4096);
  std::size_t samples = 0;
  while (true) {
    const auto read = stream->read(piece);
    if (!read) {
      EXPECT_EQ(read.error().code, ErrorCode::kTooLong) << read.error().message;
      break;
    }
    ASSERT_EQ(*read, piece.size()) << "it ended";
    samples += *read;
  }
  EXPECT_LE(static_cast<double>(samples), limits.max_duration * 22050);
}

TEST(AudioLimits, LetTwoHoursOfStereoPass) {
  constexpr DecodeLimits kDefault;
  EXPECT_EQ(kDefault.max_duration, 7200);
  EXPECT_GE(kDefault.max_samples, std::int64_t{7200} * 48000 * 2);
}

TEST(AudioLimits, ASmallFileOfHoursIsRefusedFromItsHeader) {
  const auto hours = silence(7300, 1000, SF_FORMAT_FLAC | SF_FORMAT_PCM_S8);
  EXPECT_LT(hours.size(), 7300U * 1000 / 50);
  expect_refused_at_once(hours, {});
  for (const int format : {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                           SF_FORMAT_OGG | SF_FORMAT_OPUS}) {
    const auto file = silence(100, 48000, format);
    EXPECT_LT(file.size(), 100U * 48000 / 50);
    expect_refused_at_once(file, {.max_duration = 10});
  }
}

TEST(AudioLimits, ASmallFileOfUnknownLengthIsCutOff) {
  const auto flac = without_length(silence(100, 22050, SF_FORMAT_FLAC | SF_FORMAT_PCM_16));
  const auto mp3 = silence(100, 22050, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
  for (const auto& file : {flac, mp3}) {
    expect_cut_off(file, {.max_duration = 10});
    expect_cut_off(file, {.max_samples = 10 * 22050});
  }
}

TEST(AudioLimits, SamplesAreCountedOverAllChannels) {
  const auto file = silence(0.5, 22050, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8);
  EXPECT_TRUE(load(file, 22050, {.max_samples = 8 * 11025}));
  expect_refused_at_once(file, {.max_samples = 8 * 11025 - 1});

  const auto flac = without_length(silence(0.5, 22050, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8));
  EXPECT_TRUE(load(flac, 22050, {.max_samples = 8 * 11025}));
  expect_error(flac, ErrorCode::kTooLong, {.max_samples = 8 * 11025 - 1});
}

TEST(AudioLimits, TheErrorNamesTheLimit) {
  const auto file = silence(0.5, 22050, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8);
  const auto audio = load(file, 22050, {.max_samples = 12345});
  ASSERT_FALSE(audio);
  EXPECT_THAT(audio.error().message, HasSubstr("12345"));
  EXPECT_THAT(audio.error().message, HasSubstr("8 channels"));
}

// Within max_duration, but minutes of work.
TEST(AudioLimits, TwoHoursOfEightChannelsAtTheHighestRateOfFlacAreTooMuch) {
  constexpr std::uint64_t kRate = 655350, kFrames = 7200 * kRate;
  auto file = silence(0.5, 22050, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8);
  // STREAMINFO, big-endian: 20 bits sample rate, 3 channels - 1, 5 bits a sample - 1, 36 frames.
  const std::uint64_t fields =
      kRate << 44 | std::uint64_t{7} << 41 | std::uint64_t{15} << 36 | kFrames;
  for (std::size_t i = 0; i < 8; ++i) file[18 + i] = static_cast<std::byte>(fields >> (56 - 8 * i));
  expect_refused_at_once(file, {});
}

}  // namespace
}  // namespace genre::test
