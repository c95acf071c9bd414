#include <gmock/gmock.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/base64.h"
#include "encode.h"
#include "genre/predictor.h"
#include "graphs.h"
#include "noise.h"
#include "predict/tags.h"

namespace genre::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMels = 8;
constexpr int kRate = 16000;

// A network whose logits are weights_of(1) times the mean of the log-mel spectrogram.
std::vector<std::byte> network(const std::string& activation = "sigmoid") {
  return file_of(linear_model("x", {std::size_t{1}, kMels, "frames"}, true),
                 {{metadata_key::kName, "heard"},
                  {metadata_key::kLabels, R"(["speech","singing"])"},
                  {metadata_key::kActivation, activation},
                  {metadata_key::kInputs,
                   R"([{"name":"x","frontend":{"sr":16000,"n_fft":512,"hop_length":160,"n_mels":8,)"
                   R"("compression":"log"}}])"}});
}

// A model of texture and the network. more: of the network's input.
std::shared_ptr<const Model> model_with_network(const std::string& more) {
  const std::string inputs = R"([{"name":"texture","feature_set":"texture"},)"
                             R"({"name":"mean","network":"heard","outputs":["logits"])" +
                             more + "}]";
  const auto model = Model::load(
      file_of(two_inputs("texture", feature_names(FeatureSet::kTexture).size(), "mean", 2),
              {{metadata_key::kName, "with"},
               {metadata_key::kLabels, R"(["one","other"])"},
               {metadata_key::kActivation, "softmax"},
               {metadata_key::kInputs, inputs},
               {std::string(metadata_key::kNetwork) + "heard", base::encode_base64(network())}}));
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : nullptr;
}

std::shared_ptr<const Model> loaded_network() { return *Model::load_network(network()); }

std::vector<std::byte> wav(const std::vector<float>& y) {
  return encode(y, kRate, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
}

std::optional<std::vector<Tag>> tags_of(const std::shared_ptr<const Model>& model,
                                        const std::vector<float>& y, std::size_t n_tags) {
  const auto file = wav(y);
  const auto prediction = Predictor(model).predict(file, {.n_tags = n_tags});
  EXPECT_TRUE(prediction) << prediction.error().message;
  return prediction ? prediction->tags : std::nullopt;
}

// What the network says of pieces of the file, from `genre embed`'s own class.
std::vector<float> mean_logits(const std::vector<std::span<const float>>& pieces) {
  const auto heard = loaded_network();
  predict::Embedding embedding({.network = "heard", .outputs = {"logits"}, .excerpts = {}}, *heard);
  std::vector<float> mean(2);
  for (const auto piece : pieces) {
    const auto logits = embedding.compute({.y = piece, .sr = kRate});
    for (std::size_t i = 0; i < 2; ++i) {
      mean[i] += logits[i] / static_cast<float>(pieces.size());
    }
  }
  return mean;
}

void expect_tags(const std::optional<std::vector<Tag>>& tags, const std::vector<float>& logits) {
  ASSERT_TRUE(tags);
  ASSERT_EQ(tags->size(), 2U);
  EXPECT_GE((*tags)[0].probability, (*tags)[1].probability);
  for (const auto& [name, probability] : *tags) {
    const double logit = logits[name == "speech" ? 0 : 1];
    EXPECT_NEAR(probability, 1 / (1 + std::exp(-logit)), 1e-5) << name;
  }
}

// Loud and quiet seconds, which the network tells apart.
std::vector<float> song(std::size_t seconds) {
  auto y = uniform_noise(seconds * kRate);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (i / kRate % 2 == 1) y[i] /= 20;
  }
  return y;
}

TEST(HeardTags, AreOfThePiecesThatTheModelHears) {
  const auto y = song(6);
  const std::span<const float> all(y);
  expect_tags(tags_of(model_with_network(R"(,"excerpts":2,"seconds":1)"), y, 5),
              mean_logits({all.first(kRate), all.subspan(4 * kRate, kRate)}));
}

TEST(HeardTags, AreTheMeanOverTheWindowsIfTheModelHearsThese) {
  auto y = song(9);
  // The second window is silent and does not count; the resampler would ring at its ends.
  std::fill(y.begin() + 3 * kRate - 1000, y.begin() + 6 * kRate + 1000, 0.0F);
  const std::span<const float> all(y);
  expect_tags(tags_of(model_with_network(""), y, 2),
              mean_logits({all.first(3 * kRate), all.subspan(6 * kRate)}));
}

TEST(HeardTags, ComeFromAnotherNetworkIfTheModelHasNone) {
  ASSERT_FALSE(predict::hears_tags(*Model::builtin()));
  const auto tagged = Model::with_tagger(*Model::builtin(), loaded_network());
  ASSERT_TRUE(tagged) << tagged.error().message;
  ASSERT_TRUE(predict::hears_tags(**tagged));
  const auto y = song(15);  // two pieces of ten seconds: the second has five
  const std::span<const float> all(y);
  expect_tags(tags_of(*tagged, y, 2), mean_logits({all.first(10 * kRate), all.last(5 * kRate)}));
  const auto plain = Predictor(Model::builtin()).predict(wav(y));
  const auto with_tags = Predictor(*tagged).predict(wav(y), {.n_tags = 1});
  ASSERT_TRUE(plain && with_tags);
  EXPECT_EQ(with_tags->certainties, plain->certainties);
  EXPECT_EQ(with_tags->tags->size(), 1U);
  EXPECT_FALSE(plain->tags);
}

TEST(HeardTags, AreHeardInSilence) {
  const std::vector<float> y(12 * kRate);
  const std::span<const float> all(y);
  expect_tags(tags_of(model_with_network(R"(,"excerpts":2,"seconds":5)"), y, 2),
              mean_logits({all.first(5 * kRate)}));
  expect_tags(tags_of(*Model::with_tagger(*Model::builtin(), loaded_network()), y, 2),
              mean_logits({all.first(10 * kRate)}));
  const auto windows = tags_of(model_with_network(""), y, 2);
  ASSERT_TRUE(windows);
  EXPECT_TRUE(windows->empty());
}

TEST(HeardTags, NeedANetworkWithLabelsOfTheirOwn) {
  const auto prediction = Predictor(Model::builtin()).predict(wav(song(3)), {.n_tags = 2});
  ASSERT_FALSE(prediction);
  EXPECT_EQ(prediction.error().code, ErrorCode::kBadParameter);
  EXPECT_THAT(prediction.error().message, HasSubstr("hears no tags"));
  const auto genres = Model::load_network(network("softmax"));
  ASSERT_TRUE(genres);
  const auto tagged = Model::with_tagger(*Model::builtin(), *genres);
  ASSERT_FALSE(tagged);
  EXPECT_THAT(tagged.error().message, HasSubstr("the activation sigmoid"));
}

}  // namespace
}  // namespace genre::test
