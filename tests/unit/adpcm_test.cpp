// ADPCM is read like all else, or, where it is not allowed, refused before libsndfile sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

constexpr DecodeLimits kNoAdpcm = {.allow_adpcm = false};
constexpr std::size_t kWaveFormat = 20, kExtensibleSubFormat = 44;  // the tags in WAV headers

void expect_refused_as_adpcm(const std::vector<std::byte>& file) {
  const auto audio = load(file, 22050, kNoAdpcm);
  ASSERT_FALSE(audio);
  EXPECT_EQ(audio.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(audio.error().message, HasSubstr("ADPCM"));
}

TEST(Adpcm, IsRefusedInEveryFormatThatLibsndfileReadsItFrom) {
  int formats = 0;
  for (const int container : {SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64,
                              SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_CAF}) {
    for (const int codec : {SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM, SF_FORMAT_VOX_ADPCM,
                            SF_FORMAT_NMS_ADPCM_16, SF_FORMAT_NMS_ADPCM_24, SF_FORMAT_NMS_ADPCM_32,
                            SF_FORMAT_G721_32, SF_FORMAT_G723_24, SF_FORMAT_G723_40}) {
      for (const int endian : {SF_ENDIAN_FILE, SF_ENDIAN_LITTLE, SF_ENDIAN_BIG}) {
        SF_INFO info{};
        info.samplerate = 8000;
        info.channels = 1;
        info.format = container | codec | endian;
        if (sf_format_check(&info) == 0) continue;
        SCOPED_TRACE(info.format);
        const auto file = encode(sine(440, 0.5, 8000), 8000, info.format);
        const auto audio = load(file);
        EXPECT_TRUE(audio) << audio.error().message;
        expect_refused_as_adpcm(file);
        ++formats;
      }
    }
  }
  EXPECT_GE(formats, 12);
}

TEST(Adpcm, OtherCodecsAreReadAllTheSame) {
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAVEX | SF_FORMAT_PCM_24,
        SF_FORMAT_WAV | SF_FORMAT_ULAW, SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG,
        SF_FORMAT_W64 | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
        SF_FORMAT_AU | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16}) {
    EXPECT_TRUE(load(encode(sine(440, 0.5), 22050, format), 22050, kNoAdpcm)) << std::hex << format;
  }
}

TEST(Adpcm, IsFoundBehindAnExtensibleHeader) {
  auto file = encode(sine(440, 0.5), 22050, SF_FORMAT_WAVEX | SF_FORMAT_PCM_16);
  set_field(file, kExtensibleSubFormat, 0x0002, 2);
  expect_refused_as_adpcm(file);
}

TEST(Adpcm, IsFoundInASecondFormatChunk) {
  auto file = encode_wav(sine(440, 0.5));
  const auto adpcm = encode(sine(440, 0.5), 22050, SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM);
  file.insert(file.begin() + 36, adpcm.begin() + 12, adpcm.begin() + 12 + 8 + 20);
  expect_refused_as_adpcm(file);
}

TEST(Adpcm, IsRefusedWithoutALookAtTheRestOfTheHeader) {
  auto file = encode_wav(sine(440, 0.5));
  set_field(file, kWaveFormat, 0x0011, 2);  // all that follows is PCM's
  expect_error(file, ErrorCode::kUnsupported);
  EXPECT_THAT(load(file).error().message, testing::Not(HasSubstr("ADPCM")));
  expect_refused_as_adpcm(file);
}

}  // namespace
}  // namespace genre::test
