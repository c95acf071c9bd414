// The whole path, and how a file is cut into windows.
#include "genre/predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <array>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <stop_token>

#include "model/pool.h"
#include "predict/json.h"
#include "predict/windows.h"
#include "unit/encode.h"

namespace genre::test {
namespace {

using namespace model;
using namespace predict;

using Spans = std::vector<std::pair<double, double>>;

Prediction predict(std::span<const std::byte> file, const WindowOptions& options = {}) {
  auto prediction = Predictor(Model::builtin()).predict(file, options);
  EXPECT_TRUE(prediction) << prediction.error().message;
  return *prediction;
}

Spans windows_of(double seconds, const WindowOptions& options = {}) {
  Spans spans;
  for (const Segment& segment : predict(encode_wav(sine(440, seconds)), options).segments) {
    spans.emplace_back(segment.start, segment.end);
  }
  return spans;
}

TEST(Windows, AreThreeSecondsLong) { EXPECT_EQ(windows_of(9.0), (Spans{{0, 3}, {3, 6}, {6, 9}})); }

TEST(Windows, ARestCountsFromHalfAWindowOn) {
  EXPECT_EQ(windows_of(3.7), (Spans{{0, 3}}));
  EXPECT_EQ(windows_of(4.5), (Spans{{0, 3}, {3, 4.5}}));
}

TEST(Windows, AShortFileIsOneWindow) {
  EXPECT_EQ(windows_of(0.2), (Spans{{0, 0.2}}));
  EXPECT_EQ(windows_of(3.0), (Spans{{0, 3}}));
}

TEST(Windows, MayOverlapOrLeaveGaps) {
  EXPECT_EQ(windows_of(5.0, {.hop = 1}), (Spans{{0, 3}, {1, 4}, {2, 5}, {3, 5}}));
  EXPECT_EQ(windows_of(11.0, {.hop = 4}), (Spans{{0, 3}, {4, 7}, {8, 11}}));
  EXPECT_EQ(windows_of(10.0, {.hop = 20}), (Spans{{0, 3}}));
}

TEST(Windows, OverlappingOnesHoldTheSameSamplesAsTheFile) {
  const auto y = sine(220, 4.0, 22050, 0.9);
  const auto file = encode(y, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  for (const double hop : {0.5, 1.0, 1.7}) {
    auto stream = AudioStream::open(file);
    ASSERT_TRUE(stream);
    WindowReader reader(*stream, kSampleRate, {.window = 1.0, .hop = hop});
    std::size_t count = 0;
    while (true) {
      const auto window = reader.next();
      ASSERT_TRUE(window);
      if (!*window) break;
      const auto start = static_cast<std::size_t>((*window)->start * kSampleRate + 0.5);
      const auto expected = std::span(y).subspan(start, (*window)->y.size());
      EXPECT_TRUE(std::ranges::equal((*window)->y, expected)) << hop << " at " << start;
      ++count;
    }
    EXPECT_GE(count, 3U);
  }
}

TEST(Windows, AreAllGivenToAFunction) {
  const auto file = encode_wav(sine(440, 7.0));
  auto stream = AudioStream::open(file);
  ASSERT_TRUE(stream);
  Spans spans;
  const auto seconds =
      for_each_window(*stream, kSampleRate, {}, {}, [&](const WindowReader::Window& window) {
        spans.emplace_back(window.start, window.end);
        EXPECT_EQ(window.y.size(), 66150U);
      });
  ASSERT_TRUE(seconds);
  EXPECT_EQ(*seconds, 7.0);
  EXPECT_EQ(spans, (Spans{{0, 3}, {3, 6}}));
}

TEST(Windows, EndAtTheirLimitAndWhereTheyAreCancelled) {
  const auto file = encode_wav(sine(440, 9.0));
  const auto count = [&](const WindowOptions& options, std::size_t stop_after, ErrorCode error) {
    auto stream = AudioStream::open(file);
    EXPECT_TRUE(stream);
    std::stop_source stop;
    std::size_t n = 0;
    const auto seconds =
        for_each_window(*stream, kSampleRate, options, stop.get_token(), [&](const auto&) {
          if (++n == stop_after) stop.request_stop();
        });
    EXPECT_FALSE(seconds);
    if (!seconds) {
      EXPECT_EQ(seconds.error().code, error);
    }
    return n;
  };
  constexpr std::size_t kNever = 100;
  EXPECT_EQ(count({.max_windows = 2}, kNever, ErrorCode::kTooLong), 2U);
  EXPECT_EQ(count({}, 1, ErrorCode::kCancelled), 1U);
}

TEST(Windows, MayBeTheWholeFile) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(windows_of(10.0, {.window = infinity, .hop = infinity}), (Spans{{0, 10}}));
}

TEST(Windows, ReadNoMoreThanTheDurationAskedFor) {
  EXPECT_EQ(windows_of(10.0, {.duration = 3}), (Spans{{0, 3}}));
  EXPECT_EQ(predict(encode_wav(sine(440, 10.0)), {.duration = 3}).duration, 3.0);
}

TEST(Windows, RefuseOptionsOutOfRange) {
  const auto file = encode_wav(sine(440, 1.0));
  for (const WindowOptions& options :
       {WindowOptions{.hop = 0}, WindowOptions{.window = 0.01}, WindowOptions{.duration = -1}}) {
    EXPECT_THROW(static_cast<void>(Predictor(Model::builtin()).predict(file, options)),
                 std::invalid_argument);
  }
}

TEST(Predictor, IsDecodingThenFeaturesThenTheModel) {
  const auto file = encode(sine(330, 2.5, 44100), 44100, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const auto audio = load(file);
  ASSERT_TRUE(audio);
  const FeaturesInput& input = *Model::seed()->info().only_features();
  std::vector<float> features(feature_names(input.feature_set).size());
  FeatureExtractor(input.feature_set, input.pad_mode).extract(audio->y, features);
  std::array<float, 10> certainties{};
  Classifier(Model::seed()).predict_proba(features, certainties);

  const Prediction prediction = *Predictor(Model::seed()).predict(file, {.keep_features = true});
  ASSERT_EQ(prediction.segments.size(), 1U);
  EXPECT_THAT(prediction.segments[0].features, testing::ElementsAreArray(features));
  EXPECT_THAT(prediction.certainties, testing::Pointwise(testing::FloatNear(1e-6F), certainties));
  EXPECT_TRUE(predict(file).segments[0].features.empty());
  EXPECT_EQ(prediction.audio.sample_rate, 44100);
}

TEST(Predictor, ClassifiesFeaturesAsItDoesThoseOfAFile) {
  Predictor predictor(Model::seed());
  const auto prediction =
      predictor.predict(encode_wav(sine(440, 3.0)), {.keep_features = true}).value();
  const Classification classification = predictor.classify(prediction.segments[0].features);
  EXPECT_EQ(classification.certainties, prediction.segments[0].certainties);
  EXPECT_EQ(classification.confident, prediction.confident);
  EXPECT_EQ(classification.confident.has_value(), Model::seed()->info().confident.has_value());
  EXPECT_THROW(static_cast<void>(predictor.classify(std::vector<float>(3))), std::invalid_argument);
}

TEST(Predictor, ClassifiesNoFeaturesIfTheModelNeedsMore) {
  Predictor predictor(Model::builtin());
  const std::vector<float> features(feature_names(FeatureSet::kTexture).size());
  EXPECT_THROW(static_cast<void>(predictor.classify(features)), std::invalid_argument);
}

TEST(Predictor, SaysHowCertainItIsOfNoneOfTheGenres) {
  const auto tone = predict(encode_wav(sine(440, 3.0)));
  ASSERT_TRUE(tone.none_of_these);
  EXPECT_GT(*tone.none_of_these, 0);
  EXPECT_LT(*tone.none_of_these, 1);
  EXPECT_EQ(Predictor(Model::seed()).predict(encode_wav(sine(440, 3.0)))->none_of_these,
            std::nullopt);
}

TEST(Predictor, CertaintiesArePooledFromTheSegments) {
  const Prediction prediction = predict(encode_wav(sine(440, 8.0)));
  ASSERT_EQ(prediction.segments.size(), 3U);
  CertaintyPool pool(prediction.labels.size(), Model::builtin()->info().window_correlation);
  for (const Segment& segment : prediction.segments) pool.add(segment.certainties);
  EXPECT_EQ(prediction.certainties, pool.certainties());
}

TEST(Predictor, IsNotConfidentOfWhatIsNoMusic) {
  for (const double seconds : {3.0, 31.0}) {
    EXPECT_EQ(predict(encode_wav(sine(440, seconds))).confident, false);
    EXPECT_EQ(predict(encode_wav(std::vector<float>(static_cast<std::size_t>(22050 * seconds))))
                  .confident,
              false);
  }
}

TEST(CertaintyPool, OfOneWindowIsThatWindow) {
  for (const auto correlation : {std::optional<double>(), std::optional(0.3)}) {
    CertaintyPool pool(2, correlation);
    pool.add(std::array{0.3F, 0.7F});
    EXPECT_THAT(pool.certainties(), testing::ElementsAre(testing::FloatNear(0.3F, 1e-6F),
                                                         testing::FloatNear(0.7F, 1e-6F)));
  }
}

TEST(CertaintyPool, CountsWindowsByTheirCorrelation) {
  const auto pooled = [](std::optional<double> correlation) {
    CertaintyPool pool(2, correlation);
    for (int i = 0; i < 4; ++i) pool.add(std::array{0.25F, 0.75F});
    return pool.certainties()[1];
  };
  EXPECT_FLOAT_EQ(pooled(std::nullopt), 0.75F);  // the mean
  EXPECT_FLOAT_EQ(pooled(1.0), 0.75F);           // one witness, four times
  EXPECT_FLOAT_EQ(pooled(0.0), 81.0F / 82);      // four witnesses: odds of 3^4
  EXPECT_FLOAT_EQ(pooled(1.0 / 3), 9.0F / 10);   // worth two
}

TEST(CertaintyPool, OneWindowAloneRulesOutNothing) {
  CertaintyPool pool(2, 0.5);
  pool.add(std::array{0.0F, 1.0F});
  for (int i = 0; i < 40; ++i) pool.add(std::array{0.8F, 0.2F});
  EXPECT_GT(pool.certainties()[0], 0.5F);
}

TEST(Predictor, PassesOnWhatIsWrongWithAFile) {
  const auto prediction = Predictor(Model::builtin()).predict({});
  ASSERT_FALSE(prediction);
  EXPECT_EQ(prediction.error().code, ErrorCode::kEmptyFile);
}

TEST(Prediction, RanksTheLikeliestFirst) {
  Prediction prediction;
  prediction.labels = {"a", "b", "c"};
  const auto ranked = prediction.ranked(std::array{0.2F, 0.5F, 0.3F});
  EXPECT_EQ(ranked[0].genre, "b");
  EXPECT_EQ(ranked[1].genre, "c");
  EXPECT_EQ(ranked[2].genre, "a");
}

TEST(Json, HasTheKeysOfTheApiAndRoundsCertainties) {
  Prediction prediction;
  prediction.labels = {"a", "b"};
  prediction.certainties = {0.123456F, 0.876544F};
  prediction.segments = {{.start = 0,
                          .end = 3,
                          .certainties = {0.1F, 0.9F},
                          .features = std::vector<float>(kGtzan26Size, 0.1F)}};
  prediction.duration = 3;
  prediction.audio.sample_rate = 44100;
  ModelInfo model;
  model.name = "m";
  EXPECT_EQ(to_json(prediction, model).dump(),
            R"({"genre":"b","certainty":0.8765,"genres":[{"genre":"b","certainty":0.8765},)"
            R"({"genre":"a","certainty":0.1235}],"confident":null,"none_of_these":null,)"
            R"("segments":[{"start":0.0,"end":3.0,"genre":"b",)"
            R"("certainty":0.9,"genres":[{"genre":"b","certainty":0.9},{"genre":"a",)"
            R"("certainty":0.1}]}],"duration":3.0,"sample_rate":44100,"model":"m","warnings":[]})");
  prediction.confident = true;
  EXPECT_EQ(to_json(prediction, model).at("confident"), true);
  const auto brief = to_json(prediction, model, {.top = 1, .segments = false});
  EXPECT_EQ(brief.at("genres").size(), 1U);
  EXPECT_FALSE(brief.contains("segments"));
  const auto rich = to_json(prediction, model, {.features = true});
  EXPECT_EQ(rich.at("segments")[0].at("features").at("mfcc20"), 0.1);
}

TEST(Silence, HasEqualCertaintiesAndAWarning) {
  for (const float level : {0.0F, 0.9e-4F}) {
    const std::vector<float> y(7 * 22050, level);
    const auto prediction = predict(encode(y, 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
    EXPECT_THAT(prediction.certainties, testing::Each(0.1F));
    EXPECT_EQ(prediction.confident, false);
    for (const Segment& segment : prediction.segments) {
      EXPECT_TRUE(segment.silent);
      EXPECT_THAT(segment.certainties, testing::Each(0.1F));
    }
    ASSERT_EQ(prediction.warnings.size(), 1U);
    EXPECT_EQ(to_string(prediction.warnings.front().code), "silence");
    EXPECT_EQ(prediction.warnings.front().from, 0);
    EXPECT_EQ(prediction.warnings.front().to, 7);
  }
  EXPECT_TRUE(
      predict(encode(std::vector<float>(22050, 1.1e-4F), 22050, SF_FORMAT_WAV | SF_FORMAT_FLOAT))
          .warnings.empty());
}

TEST(Silence, DoesNotVote) {
  const auto y = sine(440, 3);
  auto padded = std::vector<float>(6 * 22050);
  padded.insert(padded.end(), y.begin(), y.end());
  padded.resize(15 * 22050);
  const auto prediction = predict(encode_wav(padded), {.keep_features = true});
  EXPECT_EQ(prediction.certainties, predict(encode_wav(y)).certainties);
  ASSERT_EQ(prediction.segments.size(), 5U);
  EXPECT_FALSE(prediction.segments[2].silent);
  for (const Segment& segment : prediction.segments) {
    EXPECT_EQ(segment.features.size(), prediction.segments[2].features.size());
  }
  ASSERT_EQ(prediction.warnings.size(), 2U);
  EXPECT_EQ(prediction.warnings[0].message,
            "the audio from 0.00 s to 6.00 s is silent and does not count");
  EXPECT_EQ(prediction.warnings[1].from, 9);
}

TEST(Strict, IsSetForThePredictorOrForAFile) {
  auto cut = encode_wav(sine(440, 6));
  cut.resize(cut.size() / 2);
  Predictor lenient(Model::builtin()), strict(Model::builtin(), {.strict = true});
  const auto prediction = lenient.predict(cut);
  ASSERT_TRUE(prediction);
  ASSERT_EQ(prediction->warnings.size(), 1U);
  EXPECT_EQ(prediction->warnings.front().code, WarningCode::kTruncated);
  EXPECT_EQ(lenient.predict(cut, {.strict = true}).error().code, ErrorCode::kTruncated);
  EXPECT_EQ(strict.predict(cut).error().code, ErrorCode::kTruncated);
  EXPECT_TRUE(strict.predict(cut, {.strict = false}));
}

}  // namespace
}  // namespace genre::test
