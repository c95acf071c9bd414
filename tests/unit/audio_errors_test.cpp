// Whatever is wrong with a file is told by an error of its own, and nothing crashes.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "base/files.h"
#include "genre/audio.h"
#include "unit/damaged_audio.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using namespace std::string_view_literals;

TEST(AudioErrors, Empty) { expect_error({}, ErrorCode::kEmptyFile); }

TEST(AudioErrors, NotAudio) {
  expect_error(to_bytes("Dear listener, this is a letter and not a song."), ErrorCode::kNotAudio);
  expect_error(to_bytes("{\"json\": true}"), ErrorCode::kNotAudio);
  expect_error(to_bytes(std::string(5000, '\0')), ErrorCode::kNotAudio);
  expect_error(to_bytes("\x89PNG\r\n\x1a\n0000000000000000"), ErrorCode::kNotAudio);
  expect_error(to_bytes("RIFF\x20\0\0\0AVI LIST and so on, a film"sv), ErrorCode::kNotAudio);
}

TEST(AudioErrors, WhatNobodySendsDoesNotReachLibsndfile) {
  for (const int format : {SF_FORMAT_VOC | SF_FORMAT_PCM_16, SF_FORMAT_NIST | SF_FORMAT_PCM_16,
                           SF_FORMAT_MAT5 | SF_FORMAT_FLOAT, SF_FORMAT_SVX | SF_FORMAT_PCM_16,
                           SF_FORMAT_SDS | SF_FORMAT_PCM_16}) {
    expect_error(encode(sine(440, 0.5), 22050, format), ErrorCode::kNotAudio);
  }
}

TEST(AudioErrors, RecognisedButDamaged) {
  expect_error(to_bytes("fLaC but then nothing that FLAC would have"), ErrorCode::kUnsupported);
  expect_error(to_bytes("OggS but then nothing that Ogg would have"), ErrorCode::kUnsupported);
}

// A cut file is read as far as it goes, if that is at least 0.1 s. expected: the samples of the
// whole; block: samples of the codec's block, of which the last one may be incomplete.
void expect_cut(const std::vector<std::byte>& cut, std::span<const float> expected,
                std::size_t block) {
  expect_error(cut, ErrorCode::kTruncated, kStrict);
  const auto audio = load(cut);
  if (!audio) {
    EXPECT_EQ(to_string(audio.error().code), "truncated") << audio.error().message;
    EXPECT_LT(cut.size(), 10'000U);
    return;
  }
  ASSERT_EQ(audio->warnings.size(), 1U);
  const Warning& warning = audio->warnings.front();
  EXPECT_EQ(warning.code, WarningCode::kTruncated);
  EXPECT_NEAR(warning.from, static_cast<double>(audio->y.size()) / 22050, 1e-3);
  // The declared bytes give the length; 0.1 s of at least 0.5 s is a fifth.
  EXPECT_NEAR(warning.to, static_cast<double>(expected.size()) / 22050,
              static_cast<double>(5 * block + 20) / 22050);
  const std::size_t n = audio->y.size() / block * block - (block > 1 ? block : 0);
  EXPECT_TRUE(std::ranges::equal(std::span(audio->y).first(n), expected.first(n)));
}

TEST(AudioErrors, TruncatedAnywhereIsReadAsFarAsItGoes) {
  const auto y = sine(440, 0.5);
  for (const int format :
       {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16,
        SF_FORMAT_AU | SF_FORMAT_PCM_16, SF_FORMAT_RF64 | SF_FORMAT_PCM_16,
        SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM}) {
    const auto whole = encode(y, 22050, format);
    const auto audio = load(whole);
    ASSERT_TRUE(audio) << std::hex << format;
    SCOPED_TRACE(format);
    EXPECT_TRUE(audio->warnings.empty());
    for (std::size_t size = 12; size < whole.size() - 1; size = std::max(size + 1, size * 9 / 8)) {
      constexpr std::size_t kAdpcmBlock = 1017;
      const bool adpcm = format == (SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM);
      expect_cut(first(whole, size), audio->y, adpcm ? kAdpcmBlock : 1);
    }
  }
  const auto flac = encode(y, 22050, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  EXPECT_GT(expect_warning(first(flac, flac.size() / 2), WarningCode::kTruncated).size(), 2205U);
  for (const int format : {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_OGG | SF_FORMAT_VORBIS,
                           SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}) {
    const auto whole = encode(y, 44100, format);
    for (std::size_t size = 1; size < whole.size(); size += 97) {
      static_cast<void>(load(first(whole, size)));
    }
  }
}

TEST(AudioErrors, ACutW64FileIsReadAsFarAsItGoes) {
  const auto y = sine(440, 0.5);
  const auto whole = encode(y, 22050, SF_FORMAT_W64 | SF_FORMAT_PCM_16);
  EXPECT_TRUE(load(whole)->warnings.empty());
  const auto half = expect_warning(first(whole, whole.size() / 2), WarningCode::kTruncated);
  EXPECT_NEAR(static_cast<double>(half.size()), static_cast<double>(y.size()) / 2, 200);
}

// Under AddressSanitizer, with its leak check, this also holds that nothing of such a file stays in
// memory.
TEST(AudioErrors, OggVorbisCutInItsHeaders) {
  const auto whole = encode(sine(440, 0.5), 44100, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  for (const std::size_t size : {58U, 59U, 100U, 1000U, 3000U}) {
    expect_error(first(whole, size), ErrorCode::kTruncated);
  }
  auto behind_a_broken_page = first(whole, 1000);
  const auto broken_page = first(whole, 40);
  behind_a_broken_page.insert(behind_a_broken_page.begin(), broken_page.begin(), broken_page.end());
  expect_error(behind_a_broken_page, ErrorCode::kTruncated);
  auto second_header_gone = whole;
  second_header_gone[58] = std::byte{'X'};  // no longer the start of a page
  expect_error(second_header_gone, ErrorCode::kUnsupported);
}

TEST(AudioErrors, AnId3TagHidesNothing) {
  const auto tag = to_bytes("ID3\4\0\0\0\0\0\4TAG!"sv);
  const auto tagged = [&tag](const std::vector<std::byte>& file) {
    auto bytes = tag;
    bytes.insert(bytes.end(), file.begin(), file.end());
    return bytes;
  };
  const auto y = sine(440, 0.5);
  const auto wav = encode_wav(y);
  EXPECT_TRUE(load(tagged(wav)));
  expect_error(tagged(first(wav, 5000)), ErrorCode::kTruncated, kStrict);
  EXPECT_EQ(expect_warning(tagged(first(wav, 5000)), WarningCode::kTruncated).size(), 2478U);
  const auto ogg = encode(y, 44100, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  EXPECT_TRUE(load(tagged(ogg)));
  expect_error(tagged(first(ogg, 1000)), ErrorCode::kTruncated);
  expect_error(tag, ErrorCode::kTruncated);
  expect_error(first(tag, 12), ErrorCode::kTruncated);
  EXPECT_TRUE(load(tagged(encode(y, 44100, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III))));
}

TEST(AudioErrors, NoSamples) { expect_error(encode_wav({}), ErrorCode::kNoSamples); }

TEST(AudioErrors, TooShort) {
  expect_error(encode_wav(sine(440, 0.0999)), ErrorCode::kTooShort);
  EXPECT_TRUE(load(encode_wav(sine(440, 0.1))));
}

TEST(AudioErrors, TooLong) {
  expect_error(encode_wav(sine(440, 1.1)), ErrorCode::kTooLong, {.max_duration = 1.0});
  expect_error(encode(sine(440, 1.1, 44100), 44100, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III),
               ErrorCode::kTooLong, {.max_duration = 1.0});
  EXPECT_TRUE(load(encode_wav(sine(440, 1.0)), 22050, {.max_duration = 1.0}));
}

TEST(AudioErrors, NonFiniteOrAbsurdSamples) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity(), 1e30F}) {
    auto y = sine(440, 0.5);
    y[5000] = bad;
    expect_error(encode(y, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT), ErrorCode::kNonFinite);
    expect_error(encode(y, 44100, SF_FORMAT_WAV | SF_FORMAT_FLOAT), ErrorCode::kNonFinite);
  }
}

TEST(ReadFile, SaysWhyItCannot) {
  for (const char* path : {"/nonexistent/song.wav", "/"}) {
    const auto bytes = base::read_file(path);
    ASSERT_FALSE(bytes) << path;
    EXPECT_EQ(bytes.error().code, ErrorCode::kUnreadableFile);
  }
}

}  // namespace
}  // namespace genre::test
