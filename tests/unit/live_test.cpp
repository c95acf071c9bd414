// Live predictions are those of the same audio as a file, however it arrives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <random>
#include <string>

#include "audio/mono_reader.h"
#include "base/descriptor.h"
#include "genre/live_predictor.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

// Music-like enough for windows that differ: a chord that moves, noise, and some silence.
std::vector<float> music(double seconds, int sr, int channels = 1) {
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 0.05F);
  const auto n = static_cast<std::size_t>(seconds * sr);
  std::vector<float> y;
  for (std::size_t i = 0; i < n; ++i) {
    const double t = static_cast<double>(i) / sr;
    const bool silent = t > 7 && t < 14;
    for (int channel = 0; channel < channels; ++channel) {
      const double tone = std::sin(6.2832 * (110 + 20 * t + channel) * t) * 0.3 * std::sin(9 * t);
      y.push_back(silent ? 0 : static_cast<float>(tone) + noise(random));
    }
  }
  return y;
}

Prediction offline(const std::shared_ptr<const Model>& model, std::span<const std::byte> file,
                   const WindowOptions& options) {
  auto prediction = Predictor(model).predict(file, options);
  EXPECT_TRUE(prediction) << prediction.error().message;
  return *prediction;
}

// Pushes the values in pieces of random sizes, and returns the prediction with all segments.
template <typename T>
Result<Prediction> push_all(Result<LivePredictor> live, std::span<const T> values, std::size_t most,
                            unsigned seed) {
  if (!live) return tl::make_unexpected(live.error());
  std::mt19937 random(seed);
  std::vector<Segment> segments;
  while (!values.empty()) {
    const std::size_t n = std::min<std::size_t>(values.size(), random() % most);
    auto more = live->push(values.first(n));
    if (!more) return tl::make_unexpected(more.error());
    std::ranges::move(*more, std::back_inserter(segments));
    values = values.subspan(n);
  }
  auto prediction = live->finish();
  if (!prediction) return prediction;
  std::ranges::move(prediction->segments, std::back_inserter(segments));
  prediction->segments = std::move(segments);
  return prediction;
}

void expect_same(const Prediction& live, const Prediction& file) {
  ASSERT_EQ(live.segments.size(), file.segments.size());
  for (std::size_t i = 0; i < file.segments.size(); ++i) {
    const Segment &a = live.segments[i], &b = file.segments[i];
    EXPECT_EQ(a.start, b.start);
    EXPECT_EQ(a.end, b.end);
    EXPECT_EQ(a.silent, b.silent);
    EXPECT_EQ(a.certainties, b.certainties) << "window " << i;  // bit for bit
    EXPECT_EQ(a.features, b.features);
    EXPECT_EQ(a.novelty, b.novelty);
    EXPECT_EQ(a.none, b.none);
  }
  EXPECT_EQ(live.certainties, file.certainties);
  EXPECT_EQ(live.confident, file.confident);
  EXPECT_EQ(live.none_of_these, file.none_of_these);
  EXPECT_EQ(live.duration, file.duration);
  EXPECT_EQ(live.labels, file.labels);
  ASSERT_EQ(live.warnings.size(), file.warnings.size());
  for (std::size_t i = 0; i < file.warnings.size(); ++i) {
    EXPECT_EQ(live.warnings[i].message, file.warnings[i].message);
  }
}

class LiveSamples : public testing::TestWithParam<int> {};

TEST_P(LiveSamples, GiveThePredictionOfTheFileAtAnyRate) {
  const int sr = GetParam();
  const auto y = music(20.3, sr);
  const auto file = encode(y, sr, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  for (const auto& model : {Model::builtin(), Model::seed()}) {
    unsigned seed = 0;
    for (const WindowOptions& options :
         {WindowOptions{}, WindowOptions{.hop = 1.3, .keep_features = true},
          WindowOptions{.hop = 4}, WindowOptions{.window = 30}}) {
      const Prediction expected = offline(model, file, options);
      for (const std::size_t most : {std::size_t{97}, std::size_t{5000}, y.size() + 1}) {
        const auto live =
            push_all<float>(LivePredictor::for_samples(model, sr, options), y, most, ++seed);
        ASSERT_TRUE(live) << live.error().message;
        expect_same(*live, expected);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, LiveSamples, testing::Values(8000, 22050, 44100, 48000, 96000));

// The header of a WAV file as ffmpeg writes it to a pipe.
std::vector<std::byte> without_length(std::vector<std::byte> wav) {
  const std::string_view text(reinterpret_cast<const char*>(wav.data()), wav.size());
  std::memset(wav.data() + 4, 0xFF, 4);
  std::memset(wav.data() + text.find("data") + 4, 0xFF, 4);
  return wav;
}

std::vector<std::pair<std::string, std::vector<std::byte>>> streams() {
  constexpr int kRate = 44100;
  const auto y = music(10, kRate, 2), mono = music(10, kRate);
  const auto wav = encode(y, kRate, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2);
  return {
      {"WAV", wav},
      {"WAV of unknown length", without_length(wav)},
      {"WAV, 24 bits", encode(y, kRate, SF_FORMAT_WAV | SF_FORMAT_PCM_24, 2)},
      {"WAV, extensible", encode(y, kRate, SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, 2)},
      {"WAV, mu-law", encode(y, kRate, SF_FORMAT_WAV | SF_FORMAT_ULAW, 2)},
      {"RF64", encode(y, kRate, SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 2)},
      {"FLAC", encode(y, kRate, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 2)},
      {"MP3", encode(y, kRate, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 2)},
      {"MP3, variable bit rate", encode_vbr_mp3(mono, kRate)},
  };
}

TEST(LiveBytes, GiveThePredictionOfTheFile) {
  for (const auto& [name, file] : streams()) {
    SCOPED_TRACE(name);
    const Prediction expected = offline(Model::builtin(), file, {});
    for (const std::size_t most : {std::size_t{300}, std::size_t{100'000}, file.size() + 1}) {
      const auto live =
          push_all<std::byte>(LivePredictor::for_bytes(Model::builtin()), file, most, 3);
      ASSERT_TRUE(live) << live.error().message;
      expect_same(*live, expected);
      EXPECT_EQ(live->audio.sample_rate, 44100);
      EXPECT_EQ(live->audio.channels, expected.audio.channels);
    }
  }
}

TEST(LiveBytes, MayBeSamplesWithoutAHeader) {
  const auto y = music(10, 16000, 2);
  const auto expected =
      offline(Model::builtin(), encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 2), {});
  const auto live = push_all<std::byte>(
      LivePredictor::for_bytes(Model::builtin(), PcmFormat{.sample_rate = 16000, .channels = 2}),
      std::as_bytes(std::span(y)), 1000, 1);
  ASSERT_TRUE(live) << live.error().message;
  expect_same(*live, expected);
}

TEST(LiveBytes, EndWhereTheFileInThemEnds) {
  auto file = encode(music(4, 22050), 22050, SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  const Prediction expected = offline(Model::builtin(), file, {});
  file.resize(file.size() + 100'000, std::byte{77});
  const auto live = push_all<std::byte>(LivePredictor::for_bytes(Model::builtin()), file, 9000, 1);
  ASSERT_TRUE(live) << live.error().message;
  expect_same(*live, expected);
}

ErrorCode error_of(std::span<const std::byte> bytes, std::optional<PcmFormat> pcm = {}) {
  const auto live =
      push_all<std::byte>(LivePredictor::for_bytes(Model::builtin(), pcm), bytes, 1000, 1);
  EXPECT_FALSE(live);
  return live ? ErrorCode::kInternal : live.error().code;
}

TEST(LiveBytes, HaveTheErrorsOfFiles) {
  const std::string text(20'000, 'x');
  EXPECT_EQ(error_of(std::as_bytes(std::span(text))), ErrorCode::kNotAudio);
  EXPECT_EQ(error_of({}), ErrorCode::kEmptyFile);
  EXPECT_EQ(error_of(encode_wav(sine(440, 0.05))), ErrorCode::kTooShort);
  EXPECT_EQ(error_of(encode_wav({})), ErrorCode::kNoSamples);
  EXPECT_EQ(error_of(std::as_bytes(std::span(text)), PcmFormat{.sample_rate = 0}),
            ErrorCode::kBadParameter);
  // Its samples are in an order that only its end shows.
  EXPECT_EQ(error_of(encode(sine(440, 1), 22050, SF_FORMAT_AIFF | SF_FORMAT_PCM_16)),
            ErrorCode::kUnsupported);
  std::vector<float> y = sine(440, 4);
  y[70'000] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(error_of(encode(y, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT)), ErrorCode::kNonFinite);
}

TEST(LiveSamples, MustBeFiniteAndAtAUsableRate) {
  auto live = LivePredictor::for_samples(Model::builtin(), 22050);
  ASSERT_TRUE(live);
  const float bad = std::numeric_limits<float>::infinity();
  const auto pushed = live->push(std::span(&bad, 1));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().code, ErrorCode::kNonFinite);
  const auto rate = LivePredictor::for_samples(Model::builtin(), 10);
  ASSERT_FALSE(rate);
  EXPECT_EQ(rate.error().code, ErrorCode::kBadParameter);
}

TEST(LiveSamples, GiveAWindowAsSoonAsItIsComplete) {
  auto live = LivePredictor::for_samples(Model::builtin(), 22050);
  ASSERT_TRUE(live);
  const auto y = sine(440, 6);
  EXPECT_TRUE(live->push(std::span(y).first(66149))->empty());
  const auto segments = live->push(std::span(y).subspan(66149, 1));
  ASSERT_EQ(segments->size(), 1U);
  EXPECT_EQ(segments->front().end, 3);
  EXPECT_THAT(live->summary().certainties,
              testing::Pointwise(testing::FloatNear(1e-6F), segments->front().certainties));
  EXPECT_EQ(live->summary().duration, 3);
}

TEST(LiveSamples, WithoutAnySamplesAreAnError) {
  auto live = LivePredictor::for_samples(Model::builtin(), 22050);
  ASSERT_TRUE(live);
  EXPECT_FALSE(live->summary().confident.value_or(true));
  const auto end = live->finish();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kNoSamples);
}

TEST(LiveSamples, ThatAreTooFewAreAnError) {
  auto live = LivePredictor::for_samples(Model::builtin(), 22050);
  ASSERT_TRUE(live);
  const std::vector<float> y(5, 0.1F);
  ASSERT_TRUE(live->push(std::span(y)));
  const auto end = live->finish();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kTooShort);
}

// Otherwise an endless stream would wait for its decoder forever.
TEST(LiveBytes, CanBeAbandonedAtAnyPoint) {
  const auto file = without_length(encode_wav(sine(440, 20)));
  for (const std::size_t n : {0, 10, 1000, 500'000}) {
    auto live = LivePredictor::for_bytes(Model::builtin());
    ASSERT_TRUE(live);
    EXPECT_TRUE(live->push(std::span(file).first(n)));
  }
}

// What a block of two channels holds up is at most 50 ms of a window.
TEST(LiveBytes, AreReadInShortBlocks) {
  constexpr int kRate = 44100;
  constexpr std::size_t kBytesPerSecond = kRate * 4;
  const auto wav = encode(music(0.3, kRate, 2), kRate, SF_FORMAT_WAV | SF_FORMAT_PCM_16, 2);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const base::Descriptor out(ends[0]);
  {
    const base::Descriptor in(ends[1]);
    ASSERT_EQ(base::write_all(in.get(), wav), 0);  // less than a pipe holds
  }
  auto reader = audio::MonoReader::open(AudioFile::stream(out.get()), {});
  ASSERT_TRUE(reader) << reader.error().message;
  std::vector<float> y(kRate);
  EXPECT_EQ(reader->read_some(y), std::size_t{kRate / 20});
  int left = 0;
  ASSERT_EQ(ioctl(out.get(), FIONREAD, &left), 0);
  EXPECT_GE(static_cast<std::size_t>(left) + kBytesPerSecond / 10, wav.size());
}

}  // namespace
}  // namespace genre::test
