// librosa's functions by their definitions, where a signal shows what their value must be. Values
// of librosa itself: test_per_frame.py and compare.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <thread>

#include "genre/librosa.h"
#include "librosa/own_signals.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

// clicks every `period` seconds.
std::vector<float> clicks(double seconds, double period) {
  std::vector<float> y(static_cast<std::size_t>(seconds * kSampleRate));
  for (double t = 0; t < seconds; t += period) {
    const auto first = static_cast<std::size_t>(t * kSampleRate);
    for (std::size_t n = 0; n < 200 && first + n < y.size(); ++n)
      y[first + n] = n % 2 == 0 ? 1 : -1;
  }
  return y;
}

TEST(Frames, ChromaOfALongClipIsComputedWithoutKeepingItsSpectra) {
  const auto y = own_signal("chord_minus_35_cents");
  librosa::ChromaOptions options;
  options.stft.hop_length = 4;  // 16538 frames, 17 million values
  const auto estimated = librosa::chroma_stft(y, options);
  ASSERT_TRUE(estimated);
  ASSERT_GT(estimated->n_columns * 1025, std::size_t{1} << 24);
  options.tuning = -0.36;  // librosa.estimate_tuning's value
  EXPECT_THAT(librosa::chroma_stft(y, options)->values,
              testing::Pointwise(testing::FloatNear(1e-6F), estimated->values));
  options.tuning = 0;
  EXPECT_NE(librosa::chroma_stft(y, options)->values, estimated->values);
}

// The features of y and of its spectrogram.
TEST(Frames, SpectrogramsStandForTheirClip) {
  const auto y = own_signal("chord_minus_35_cents");
  const auto near = [](const Result<Matrix<float>>& S, const Result<Matrix<float>>& clip) {
    ASSERT_TRUE(S && clip);
    ASSERT_EQ(S->n_rows, clip->n_rows);
    const auto [min, max] = std::ranges::minmax(clip->values);
    EXPECT_THAT(S->values,
                testing::Pointwise(testing::FloatNear(1e-5F * (max - min)), clip->values));
  };
  const auto magnitude = *librosa::magnitude(y);
  auto power = magnitude;
  for (float& value : power.values) value *= value;
  near(librosa::spectral_centroid(magnitude), librosa::spectral_centroid(y));
  near(librosa::spectral_bandwidth(magnitude), librosa::spectral_bandwidth(y));
  near(librosa::spectral_rolloff(magnitude), librosa::spectral_rolloff(y));
  near(librosa::spectral_contrast(magnitude), librosa::spectral_contrast(y));
  near(librosa::spectral_flatness(magnitude), librosa::spectral_flatness(y));
  near(librosa::poly_features(magnitude), librosa::poly_features(y));
  near(librosa::chroma_stft(power), librosa::chroma_stft(y));
  const auto mel = librosa::melspectrogram(power);
  near(mel, librosa::melspectrogram(y));
  const auto log_mel = *librosa::power_to_db(*mel);
  near(librosa::mfcc(log_mel), librosa::mfcc(y));
  near(librosa::onset_strength(log_mel), librosa::onset_strength(y));
}

TEST(Frames, RmsOfASpectrogramIsThatOfItsFrames) {
  const auto y = own_signal("chord_minus_35_cents");
  for (const std::size_t n_fft : {512, 511}) {
    const librosa::StftOptions ones{.n_fft = n_fft, .window = Window::kOnes};
    const auto S = librosa::rms(*librosa::magnitude(y, ones), n_fft);
    ASSERT_TRUE(S);
    EXPECT_THAT(S->values, testing::Pointwise(testing::FloatNear(1e-6F),
                                              librosa::rms(y, {.frame_length = n_fft})->values));
  }
}

TEST(Frames, AWindowMayBeGivenByItsValues) {
  const auto y = own_signal("chord_minus_35_cents");
  librosa::MfccOptions named, given;
  named.mel.stft.win_length = given.mel.stft.win_length = 400;
  named.mel.stft.window = Window::kOnes;
  given.mel.stft.window_values.assign(400, 1);
  EXPECT_EQ(librosa::mfcc(y, given)->values, librosa::mfcc(y, named)->values);
  EXPECT_EQ(librosa::stft(y, given.mel.stft)->values, librosa::stft(y, named.mel.stft)->values);
  given.mel.stft.window_values.resize(399);
  EXPECT_THAT(librosa::mfcc(y, given).error().message,
              HasSubstr("window has 399 values; it must have win_length, 400"));
}

TEST(Frames, TempoIsThatOfTheClicks) {
  for (const double bpm : {80.0, 100.0, 150.0}) {
    const auto onsets = librosa::onset_strength(clicks(20, 60 / bpm));
    ASSERT_TRUE(onsets);
    EXPECT_NEAR(*librosa::tempo(onsets->values), bpm, 0.03 * bpm);
  }
}

TEST(Frames, DeltaOfALineIsItsSlope) {
  Matrix<float> data(2, 20);
  for (std::size_t t = 0; t < 20; ++t) {
    data.row(0)[t] = 3 * static_cast<float>(t) - 1;
    data.row(1)[t] = static_cast<float>(t * t);
  }
  const auto first = librosa::delta(data), second = librosa::delta(data, 5, 2);
  for (std::size_t t = 0; t < 20; ++t) {
    EXPECT_NEAR(first->row(0)[t], 3, 1e-5);
    EXPECT_NEAR(second->row(0)[t], 0, 1e-5);
    EXPECT_NEAR(second->row(1)[t], 2, 1e-4);
  }
}

TEST(Frames, SilenceHasFiniteValues) {
  const std::vector<float> y(3000);
  for (const auto& values :
       {librosa::mfcc(y), librosa::chroma_stft(y), librosa::spectral_centroid(y),
        librosa::spectral_bandwidth(y), librosa::spectral_rolloff(y), librosa::spectral_contrast(y),
        librosa::spectral_flatness(y), librosa::poly_features(y), librosa::onset_strength(y),
        librosa::rms(y), librosa::zero_crossing_rate(y)}) {
    ASSERT_TRUE(values) << values.error().message;
    ASSERT_EQ(values->n_columns, 6U);
    for (const float value : values->values) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST(Frames, ErrorsSayWhatWouldBeRight) {
  std::vector<float> y(1000, 0.5F);
  librosa::StftOptions uncentered;
  uncentered.center = false;
  const auto short_clip = librosa::magnitude(y, uncentered);
  ASSERT_FALSE(short_clip);
  EXPECT_EQ(short_clip.error().code, ErrorCode::kBadParameter);
  EXPECT_EQ(short_clip.error().message,
            "y has 1000 samples; without center it must have at least as many as a frame, 2048");
  EXPECT_THAT(librosa::mfcc(std::span<const float>()).error().message, HasSubstr("y is empty"));
  y[3] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(librosa::rms(y).error().message, HasSubstr("NaN or infinite"));
}

// FFTW's planner, the windows and the filters are shared.
TEST(Frames, MayBeComputedByManyThreads) {
  const auto y = own_signal("short");
  const auto values_of = [&](std::size_t n_fft) {
    librosa::MfccOptions options;
    options.mel.stft.n_fft = n_fft;
    options.mel.n_mels = 20 + n_fft % 7;
    return librosa::mfcc(y, options)->values;
  };
  std::vector<std::vector<float>> parallel(60), expected(60);
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::size_t i = thread; i < parallel.size(); i += 4) {
          parallel[i] = values_of(200 + 11 * (i % 40));  // more sizes than the caches hold
        }
      });
    }
  }
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = values_of(200 + 11 * (i % 40));
  EXPECT_EQ(parallel, expected);
}

}  // namespace
}  // namespace genre::test
