// Decoding, mixing and resampling: what comes out of every format is what went in.
#include "genre/audio.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>

#include "unit/encode.h"

namespace genre::test {
namespace {

// Power of the signal over the power of the difference, in dB; lossy codecs may shift the start,
// so the best of a few shifts counts.
double signal_to_noise_db(std::span<const float> expected, std::span<const float> actual,
                          std::size_t max_shift) {
  double best = -INFINITY;
  for (std::size_t shift = 0; shift <= max_shift; ++shift) {
    const std::size_t n = std::min(expected.size(), actual.size() - shift);
    double signal = 0, noise = 0;
    for (std::size_t i = n / 10; i < n * 9 / 10; ++i) {
      signal += static_cast<double>(expected[i]) * expected[i];
      noise += std::pow(static_cast<double>(expected[i]) - actual[i + shift], 2);
    }
    best = std::max(best, noise == 0 ? INFINITY : 10 * std::log10(signal / noise));
  }
  return best;
}

struct Format {
  const char* name;
  int format;
  int sample_rate;
  double min_snr_db;
  std::size_t max_shift = 0;
};

std::ostream& operator<<(std::ostream& out, const Format& format) { return out << format.name; }

class EveryFormat : public testing::TestWithParam<Format> {};

TEST_P(EveryFormat, DecodesToTheSamplesThatWentIn) {
  const Format& format = GetParam();
  const auto y = sine(440, 1.0, format.sample_rate);
  const auto file = encode(y, format.sample_rate, format.format);
  const auto audio = load(file, format.sample_rate);
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(audio->info.sample_rate, format.sample_rate);
  EXPECT_EQ(audio->info.channels, 1);
  ASSERT_GE(audio->y.size(), y.size());
  EXPECT_GE(signal_to_noise_db(y, audio->y, format.max_shift), format.min_snr_db);
}

constexpr double kExact = 140;

INSTANTIATE_TEST_SUITE_P(
    Formats, EveryFormat,
    testing::Values(Format{"wav_pcm_u8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 22050, 36},
                    Format{"wav_pcm_16", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 22050, 85},
                    Format{"wav_pcm_24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 22050, 130},
                    Format{"wav_pcm_32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 22050, kExact},
                    Format{"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 22050, kExact},
                    Format{"wav_double", SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 22050, kExact},
                    Format{"wav_ulaw", SF_FORMAT_WAV | SF_FORMAT_ULAW, 8000, 30},
                    Format{"wav_alaw", SF_FORMAT_WAV | SF_FORMAT_ALAW, 8000, 30},
                    Format{"wav_ima_adpcm", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 22050, 25},
                    Format{"wav_ms_adpcm", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 22050, 25},
                    Format{"wav_big_endian", SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG,
                           22050, 85},
                    Format{"wav_extensible", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 48000, 130},
                    Format{"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 44100, 85},
                    Format{"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 44100, 85},
                    Format{"aiff_float", SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 44100, kExact},
                    Format{"au", SF_FORMAT_AU | SF_FORMAT_PCM_16, 22050, 85},
                    Format{"caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16, 22050, 85},
                    Format{"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, 22050, 85},
                    Format{"flac_16", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 44100, 85},
                    Format{"flac_24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 96000, 130},
                    Format{"ogg_vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 25},
                    Format{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 15, 1000},
                    Format{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 25, 3000}),
    [](const auto& test) { return test.param.name; });

TEST(Mixing, IsTheMeanOfTheChannels) {
  const std::vector<float> interleaved(3 * 4410, 0.0F);
  auto frames = interleaved;
  for (std::size_t i = 0; i < frames.size(); i += 3) {
    frames[i] = 0.9F;
    frames[i + 1] = -0.3F;
  }
  const auto audio = load(encode(frames, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 3));
  ASSERT_TRUE(audio) << audio.error().message;
  EXPECT_EQ(audio->info.channels, 3);
  EXPECT_EQ(audio->y.size(), 4410U);
  EXPECT_THAT(audio->y, testing::Each(testing::FloatNear(0.2F, 1e-7F)));
}

TEST(Resampling, KeepsASineASine) {
  for (const int sr_in : {8000, 11025, 16000, 32000, 44100, 48000, 96000, 192000}) {
    const auto file = encode(sine(1000, 2.0, sr_in), sr_in, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
    const auto audio = load(file, 22050);
    ASSERT_TRUE(audio) << audio.error().message;
    EXPECT_EQ(audio->y.size(), 44100U) << sr_in;
    EXPECT_GE(signal_to_noise_db(sine(1000, 2.0), audio->y, 0), 100) << sr_in;
  }
}

TEST(Resampling, HasLibrosasLength) {
  for (const std::size_t n : {4411U, 10000U, 12345U, 33333U}) {
    const auto y = std::vector<float>(n, 0.1F);
    const auto audio = load(encode(y, 44100, SF_FORMAT_WAV | SF_FORMAT_FLOAT), 22050);
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->y.size(), (n + 1) / 2) << n;  // ceil(n * 22050 / 44100)
  }
}

TEST(AudioStream, GivesTheSameSamplesInPiecesOfAnySize) {
  for (const int sr_in : {22050, 44100}) {
    const auto file = encode_wav(sine(440, 1.5, sr_in), sr_in);
    const auto whole = load(file);
    ASSERT_TRUE(whole);
    for (const std::size_t size : {1U, 7U, 512U, 8192U, 100000U}) {
      auto stream = AudioStream::open(file);
      ASSERT_TRUE(stream);
      std::vector<float> y, piece(size);
      while (true) {
        const auto read = stream->read(piece);
        ASSERT_TRUE(read) << read.error().message;
        y.insert(y.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*read));
        if (*read < size) break;
      }
      EXPECT_EQ(y, whole->y) << sr_in << " Hz in pieces of " << size;
    }
  }
}

}  // namespace
}  // namespace genre::test
