// Models that bring their own front end: what their metadata may say, and what they then compute.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/base64.h"
#include "encode.h"
#include "genre/live_predictor.h"
#include "genre/predictor.h"
#include "graphs.h"
#include "model/adopt.h"
#include "noise.h"
#include "predict/excerpts.h"
#include "predict/source_audio.h"

namespace genre::test {
namespace {

using model::Dimension;
using testing::HasSubstr;

constexpr std::size_t kMels = 8, kFrames = 20;
// 16 kHz, hop 160: a patch of 20 frames is 0.2 s.
constexpr const char* kFrontend =
    R"({"sr":16000,"n_fft":512,"win_length":400,"hop_length":160,"n_mels":8,"compression":"log"})";

FrontendParameters frontend_parameters(std::size_t patch_frames = kFrames) {
  return {.sr = 16000,
          .n_fft = 512,
          .win_length = 400,
          .hop_length = 160,
          .n_mels = kMels,
          .compression = Compression::kLog,
          .patch_frames = patch_frames};
}

std::map<std::string, std::string> metadata(const std::string& inputs) {
  return {{metadata_key::kName, "test"},
          {metadata_key::kLabels, R"(["one","other"])"},
          {metadata_key::kActivation, "softmax"},
          {metadata_key::kInputs, inputs}};
}

std::string patch_input(const std::string& more = "") {
  return fmt::format(R"({{"name":"x","frontend":{}{}}})", kFrontend, more);
}

std::string list(const std::string& elements) { return fmt::format("[{}]", elements); }

std::shared_ptr<const Model> load(const onnx::ModelProto& proto, const std::string& inputs,
                                  const FindNetwork& find = {}) {
  const auto model = Model::load(file_of(proto, metadata(inputs)), find);
  EXPECT_TRUE(model) << model.error().message;
  return model ? *model : nullptr;
}

std::string error_of(const onnx::ModelProto& proto,
                     const std::map<std::string, std::string>& entries) {
  const auto model = Model::load(file_of(proto, entries));
  return model ? "no error" : model.error().message;
}

std::vector<float> softmax(const std::vector<float>& logits) {
  const double a = std::exp(logits[0]), b = std::exp(logits[1]);
  return {static_cast<float>(a / (a + b)), static_cast<float>(b / (a + b))};
}

// A patch of the samples, as [n_mels, n_frames] or [n_frames, n_mels].
std::vector<float> patch_of(std::span<const float> y, bool frames_first) {
  const Matrix<float> log_mel = Frontend::create(frontend_parameters())->log_mel(y);
  std::vector<float> patch;
  for (std::size_t i = 0; i < kMels * kFrames; ++i) {
    const std::size_t mel = frames_first ? i % kMels : i / kFrames;
    const std::size_t frame = frames_first ? i / kMels : i % kFrames;
    patch.push_back(log_mel.row(mel)[frame]);
  }
  return patch;
}

struct Layout {
  std::vector<Dimension> shape;
  bool frames_first;
};

TEST(PatchInputs, TakeEachOrderOfTheirDimensions) {
  const auto y = uniform_noise(3200);
  const auto file = encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  for (const auto& [shape, frames_first] :
       std::vector<Layout>{{{kMels, kFrames}, false},
                           {{kFrames, kMels}, true},
                           {{std::size_t{1}, kMels, kFrames}, false},
                           {{std::size_t{1}, kFrames, kMels}, true},
                           {{kMels, kFrames, std::size_t{1}}, false},
                           {{kFrames, kMels, std::size_t{1}}, true}}) {
    const auto model = load(linear_model("x", shape), list(patch_input()));
    ASSERT_TRUE(model);
    EXPECT_EQ(model->info().sample_rate(), 16000);
    EXPECT_DOUBLE_EQ(model->info().window, 0.2);
    const auto prediction = Predictor(model).predict(file);
    ASSERT_TRUE(prediction) << prediction.error().message;
    const auto expected = softmax(product(weights_of(kMels * kFrames), patch_of(y, frames_first)));
    EXPECT_THAT(prediction->certainties, testing::Pointwise(testing::FloatNear(1e-5F), expected));
    EXPECT_EQ(prediction->segments.size(), 1U);
  }
}

TEST(PatchInputs, TakeAnyNumberOfFramesIfTheGraphDoes) {
  const auto model =
      load(linear_model("x", {std::size_t{1}, kMels, "frames"}, true), list(patch_input()));
  ASSERT_TRUE(model);
  const auto* patch = std::get_if<PatchInput>(&model->info().inputs[0].source);
  ASSERT_TRUE(patch);
  EXPECT_TRUE(patch->any_frames);
  const auto y = uniform_noise(12000);  // 0.75 s: less than the default patch of 128 frames
  const auto prediction =
      Predictor(model).predict(encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  ASSERT_TRUE(prediction) << prediction.error().message;
  const auto log_mel = Frontend::create(frontend_parameters())->log_mel(y);
  double sum = 0;
  for (const float value : log_mel.values) sum += value;
  const std::vector<float> mean = {
      static_cast<float>(sum / static_cast<double>(log_mel.values.size()))};
  EXPECT_THAT(prediction->certainties,
              testing::Pointwise(testing::FloatNear(1e-5F), softmax(product(weights_of(1), mean))));
}

TEST(PatchInputs, RepeatAShortClipAndAverageALongWindow) {
  const auto model = load(linear_model("x", {kMels, kFrames}), list(patch_input()));
  ASSERT_TRUE(model);
  const auto y = uniform_noise(3200 * 4);
  const std::span<const float> all(y);
  const auto wav = [](std::span<const float> samples) {
    return encode(samples, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  };
  std::vector<float> twice(y.begin(), y.begin() + 1700);
  twice.insert(twice.end(), y.begin(), y.begin() + 1700);
  const auto brief = Predictor(model).predict(wav(all.first(1700)));
  ASSERT_TRUE(brief) << brief.error().message;
  EXPECT_THAT(
      brief->certainties,
      testing::Pointwise(testing::FloatNear(1e-5F),
                         softmax(product(weights_of(kMels * kFrames), patch_of(twice, false)))));
  // A window of four patches, with frames of one spectrogram.
  const auto one = Predictor(model).predict(wav(y), {.window = 0.8});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->segments.size(), 1U);
}

TEST(PatchInputs, AreCheckedWhenTheModelIsLoaded) {
  const auto proto = linear_model("x", {kMels, kFrames});
  const auto with = [&](const std::string& input) { return metadata(list(input)); };
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":"mnn"})")),
              HasSubstr("no front end \"mnn\"; the built-in ones are mn, musicnn, vggish, yamnet"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":"musicnn"})")),
              HasSubstr("its input x is float [N, 8, 20]; a front end with 96 mel bands needs"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":{"n_mel":8}})")),
              HasSubstr("no parameter \"n_mel\"; it has sr, pre_emphasis, n_fft,"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":{"sr":"high"}})")),
              HasSubstr("sr must be an integer"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":{"window":"triangle"}})")),
              HasSubstr("window must be one of hann, hamming"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":{"sr":100}})")),
              HasSubstr("sr is 100; it must be 1000 to 384000"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"x","frontend":7})")),
              HasSubstr("a front end is the name of a built-in one"));
  EXPECT_THAT(error_of(proto, with(patch_input(R"(,"layout":"frames_mels")"))),
              HasSubstr("its layout is frames_mels"));
  EXPECT_THAT(error_of(proto, with(patch_input(R"(,"layout":"sideways")"))),
              HasSubstr("must be mels_frames or frames_mels"));
  EXPECT_THAT(error_of(proto, with(R"({"name":"y","frontend":"mn"})")),
              HasSubstr("does not describe the input x"));
  EXPECT_THAT(error_of(proto, metadata(list(patch_input() + "," + patch_input()))),
              HasSubstr("describes 2 inputs; the graph has 1"));
  for (const char* broken : {"", "{}", "[]", "[1]", R"([{"name":1}])", "[{"}) {
    EXPECT_THAT(error_of(proto, metadata(broken)), HasSubstr("must be a JSON array of objects"));
  }
  EXPECT_THAT(error_of(proto, with(R"({"name":"x"})")),
              HasSubstr("x must have feature_set, frontend or network"));
  EXPECT_THAT(error_of(linear_model("x", {kMels, kMels}), with(patch_input())),
              HasSubstr("layout must be given"));
  EXPECT_THAT(error_of(linear_model("x", {std::size_t{160}}), with(patch_input())),
              HasSubstr("its input x is float [N, 160]"));
}

TEST(Windows, ComeFromTheModel) {
  auto entries = metadata(list(patch_input()));
  entries[metadata_key::kWindow] = R"({"window":0.4,"hop":0.3})";
  const auto model = Model::load(file_of(linear_model("x", {kMels, kFrames}), entries));
  ASSERT_TRUE(model) << model.error().message;
  const auto file = encode(uniform_noise(16000), 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  const auto prediction = Predictor(*model).predict(file);
  ASSERT_TRUE(prediction);
  ASSERT_EQ(prediction->segments.size(), 3U);
  EXPECT_DOUBLE_EQ(prediction->segments[1].start, 0.3);
  EXPECT_DOUBLE_EQ(prediction->segments[1].end, 0.7);
  for (const char* broken : {"3", R"({"window":3})", R"({"window":0,"hop":1})"}) {
    entries[metadata_key::kWindow] = broken;
    EXPECT_THAT(error_of(linear_model("x", {kMels, kFrames}), entries),
                HasSubstr("genre.window must be a JSON object with window and hop"));
  }
}

TEST(Windows, OfTheBuiltInFrontEndsHoldAPatch) {
  const std::map<std::string, double> seconds = {
      {"mn", 10.0}, {"musicnn", 187 * 256 / 16000.0}, {"vggish", 0.975}, {"yamnet", 0.975}};
  for (const NamedFrontend& frontend : builtin_frontends()) {
    const auto& p = frontend.parameters;
    const auto model = load(linear_model("x", {p.patch_frames, p.n_mels}),
                            fmt::format(R"([{{"name":"x","frontend":"{}"}}])", frontend.name));
    ASSERT_TRUE(model);
    EXPECT_DOUBLE_EQ(model->info().window, seconds.at(std::string(frontend.name)));
    const auto samples = static_cast<std::size_t>(std::lround(model->info().window * p.sr));
    EXPECT_GE(Frontend::create(p)->n_frames(samples), p.patch_frames);
  }
}

TEST(Activations, TurnLogitsIntoCertainties) {
  const auto proto = linear_model("x", {kMels, kFrames});
  auto entries = metadata(list(patch_input()));
  const auto file = encode(uniform_noise(3200), 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  const auto certainties = [&] {
    const auto model = Model::load(file_of(proto, entries));
    EXPECT_TRUE(model) << model.error().message;
    return Predictor(*model).predict(file)->certainties;
  };
  const auto both = certainties();
  entries[metadata_key::kActivation] = "sigmoid";
  const auto each = certainties();
  const auto logit = [](float p) { return std::log(p / (1 - p)); };
  EXPECT_NEAR(both[0] + both[1], 1, 1e-6);
  EXPECT_NEAR(logit(each[0]) - logit(each[1]), logit(both[0]), 1e-4);
  entries.erase(metadata_key::kActivation);
  EXPECT_THAT(error_of(proto, entries), HasSubstr("genre.activation to softmax, or to sigmoid"));
  entries[metadata_key::kActivation] = "relu";
  EXPECT_THAT(error_of(proto, entries), HasSubstr("it must be softmax or sigmoid"));
}

// A network [N, 1, 8, frames] that says twice what the mean of the log-mel spectrogram is.
std::vector<std::byte> mean_network() {
  return file_of(linear_model("x", {std::size_t{1}, kMels, "frames"}, true),
                 {{metadata_key::kName, "mean"}, {metadata_key::kInputs, list(patch_input())}});
}

std::string ensemble_inputs(const std::string& more) {
  return R"([{"name":"texture","feature_set":"texture"},)"
         R"({"name":"mean","network":"mean","outputs":["logits"])" +
         more + "}]";
}

onnx::ModelProto ensemble() {
  return two_inputs("texture", feature_names(FeatureSet::kTexture).size(), "mean", 2);
}

double mean_log_mel(std::span<const float> y) {
  const auto log_mel = Frontend::create(frontend_parameters(128))->log_mel(y);
  double sum = 0;
  for (const float value : log_mel.values) sum += value;
  return sum / static_cast<double>(log_mel.values.size());
}

std::vector<float> features_of(std::span<const float> y) {
  std::vector<float> features(feature_names(FeatureSet::kTexture).size());
  FeatureExtractor(FeatureSet::kTexture).extract(y, features);
  return features;
}

// What the ensemble says of a window with these features where the network says this mean.
std::vector<float> expected_of(const std::vector<float>& features, double mean) {
  const std::vector<float> embedding = product(weights_of(1), {static_cast<float>(mean)});
  auto logits = product(weights_of(features.size()), features);
  const auto more = product(weights_of(2), embedding);
  for (std::size_t i = 0; i < 2; ++i) logits[i] += more[i];
  return softmax(logits);
}

TEST(NetworkInputs, OfAWindowAreComputedFromIt) {
  auto entries = metadata(ensemble_inputs(""));
  entries[std::string(metadata_key::kNetwork) + "mean"] = base::encode_base64(mean_network());
  const auto model = Model::load(file_of(ensemble(), entries));
  ASSERT_TRUE(model) << model.error().message;
  // 16 kHz is the network's own rate, so its samples are those of the file.
  const auto y = uniform_noise(3 * 16000 * 2);
  const auto file = encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  const auto prediction = Predictor(*model).predict(file);
  ASSERT_TRUE(prediction) << prediction.error().message;
  ASSERT_EQ(prediction->segments.size(), 2U);
  const auto audio = genre::load(file);
  ASSERT_TRUE(audio);
  const std::span<const float> resampled(audio->y);
  for (std::size_t window = 0; window < 2; ++window) {
    // A network of one patch takes 128 frames of the three seconds at a time, and their mean.
    double mean = 0;
    const auto own = std::span(y).subspan(window * 48000, 48000);
    const auto log_mel = Frontend::create(frontend_parameters(128))->log_mel(own);
    constexpr std::size_t kPatches = 2;
    for (std::size_t frame = 0; frame < kPatches * 128; ++frame) {
      for (std::size_t mel = 0; mel < kMels; ++mel) mean += log_mel.row(mel)[frame];
    }
    const auto expected = expected_of(features_of(resampled.subspan(window * 66150, 66150)),
                                      mean / (kPatches * 128 * kMels));
    EXPECT_THAT(prediction->segments[window].certainties,
                testing::Pointwise(testing::FloatNear(1e-4F), expected));
  }
}

TEST(NetworkInputs, OfTheWholeFileAreTheSameForAllItsWindows) {
  const auto find = [](const std::string& name) -> Result<std::vector<std::byte>> {
    EXPECT_EQ(name, "mean");
    return mean_network();
  };
  const auto model = load(ensemble(), ensemble_inputs(R"(,"excerpts":2,"seconds":1)"), find);
  ASSERT_TRUE(model);
  // The first second is loud and the fifth is quiet; the excerpts are these.
  auto y = uniform_noise(6 * 16000);
  for (std::size_t i = 4 * 16000; i < 5 * 16000; ++i) y[i] /= 10;
  const auto file = encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
  const auto prediction = Predictor(model).predict(file);
  ASSERT_TRUE(prediction) << prediction.error().message;
  ASSERT_EQ(prediction->segments.size(), 2U);
  const auto audio = genre::load(file);
  ASSERT_TRUE(audio);
  const std::span<const float> own(y), resampled(audio->y);
  const double mean =
      (mean_log_mel(own.first(16000)) + mean_log_mel(own.subspan(4 * 16000, 16000))) / 2;
  for (std::size_t window = 0; window < 2; ++window) {
    EXPECT_THAT(prediction->segments[window].certainties,
                testing::Pointwise(
                    testing::FloatNear(1e-4F),
                    expected_of(features_of(resampled.subspan(window * 66150, 66150)), mean)));
  }
}

TEST(NetworkInputs, OfASilentFileAreNotNeeded) {
  const auto model =
      load(ensemble(), ensemble_inputs(R"(,"excerpts":2,"seconds":1)"),
           [](const std::string&) { return Result<std::vector<std::byte>>(mean_network()); });
  ASSERT_TRUE(model);
  const auto prediction = Predictor(model).predict(encode_wav(std::vector<float>(100000)));
  ASSERT_TRUE(prediction);
  EXPECT_THAT(prediction->certainties, testing::Each(0.5F));
}

TEST(NetworkInputs, OfTheWholeFileAreNotThereWhileTheAudioArrives) {
  const auto find = [](const std::string&) {
    return Result<std::vector<std::byte>>(mean_network());
  };
  const auto model = load(ensemble(), ensemble_inputs(R"(,"excerpts":2,"seconds":1)"), find);
  ASSERT_TRUE(model);
  const auto live = LivePredictor::for_samples(model, 16000);
  ASSERT_FALSE(live);
  EXPECT_EQ(live.error().code, ErrorCode::kNeedsWholeFile);
  EXPECT_THAT(live.error().message, HasSubstr("the whole file"));
}

// The network takes the samples at their own rate, beside those that are resampled.
TEST(NetworkInputs, OfWindowsAreTheSameWhileTheAudioArrives) {
  const auto find = [](const std::string&) {
    return Result<std::vector<std::byte>>(mean_network());
  };
  const auto model = load(ensemble(), ensemble_inputs(""), find);
  ASSERT_TRUE(model);
  const auto y = uniform_noise(7 * 16000);
  const auto expected =
      Predictor(model).predict(encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT), {.hop = 1});
  ASSERT_TRUE(expected);
  auto live = LivePredictor::for_samples(model, 16000, {.hop = 1});
  ASSERT_TRUE(live);
  std::vector<Segment> segments;
  constexpr std::size_t kPiece = 700;
  for (std::size_t at = 0; at < y.size(); at += kPiece) {
    const auto more = live->push(std::span(y).subspan(at, std::min(kPiece, y.size() - at)));
    ASSERT_TRUE(more);
    segments.insert(segments.end(), more->begin(), more->end());
  }
  const auto end = live->finish();
  ASSERT_TRUE(end);
  segments.insert(segments.end(), end->segments.begin(), end->segments.end());
  ASSERT_EQ(segments.size(), expected->segments.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    EXPECT_EQ(segments[i].certainties, expected->segments[i].certainties);
  }
}

TEST(NetworkInputs, AreCheckedWhenTheModelIsLoaded) {
  EXPECT_THAT(error_of(ensemble(), metadata(ensemble_inputs(""))),
              HasSubstr("it needs the network mean, which is not in the file"));
  auto entries = metadata(ensemble_inputs(""));
  const std::string key = std::string(metadata_key::kNetwork) + "mean";
  entries[key] = "not base64!";
  EXPECT_THAT(error_of(ensemble(), entries), HasSubstr("is not base64"));
  entries[key] = base::encode_base64(std::vector<std::byte>(12));
  EXPECT_THAT(error_of(ensemble(), entries), HasSubstr("the network mean: cannot use this model"));
  entries[key] = base::encode_base64(mean_network());
  entries[metadata_key::kInputs] = ensemble_inputs(R"(,"excerpts":0)");
  EXPECT_THAT(error_of(ensemble(), entries), HasSubstr("excerpts must be 1 to 100"));
  entries[metadata_key::kInputs] =
      R"([{"name":"texture","feature_set":"texture"},{"name":"mean","network":"mean","outputs":["hidden"]}])";
  EXPECT_THAT(error_of(ensemble(), entries), HasSubstr("has no float output hidden"));
  entries[metadata_key::kInputs] =
      R"([{"name":"texture","feature_set":"texture"},{"name":"mean","network":"mean"}])";
  EXPECT_THAT(error_of(ensemble(), entries), HasSubstr("must have \"outputs\""));
  const auto missing =
      Model::load(file_of(ensemble(), metadata(ensemble_inputs(""))), [](const std::string& name) {
        return Result<std::vector<std::byte>>(
            fail(ErrorCode::kUnavailable, "no " + name + " here"));
      });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(missing.error().message, HasSubstr("the network mean: no mean here"));
}

TEST(BestModel, NeedsMn04) {
  const auto best = Model::best([](const std::string& name) {
    return Result<std::vector<std::byte>>(fail(ErrorCode::kUnavailable, name + " is missing"));
  });
  ASSERT_FALSE(best);
  EXPECT_EQ(best.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(best.error().message, HasSubstr("mn04 is missing"));
}

// Samples that say where they are from.
std::vector<float> ramp(std::size_t size) {
  std::vector<float> y(size);
  for (std::size_t i = 0; i < size; ++i) y[i] = static_cast<float>(i);
  return y;
}

std::vector<float> starts(std::size_t n, double seconds, std::size_t size, std::size_t block) {
  predict::Excerpts excerpts({.n = n, .seconds = seconds}, 100);
  const auto y = ramp(size);
  for (std::size_t i = 0; i < size; i += block) {
    excerpts.add(std::span(y).subspan(i, std::min(block, size - i)));
  }
  std::vector<float> result;
  for (const auto piece : excerpts.pieces()) {
    EXPECT_LE(piece.size(), static_cast<std::size_t>(seconds * 100));
    for (std::size_t i = 1; i < piece.size(); ++i)
      EXPECT_EQ(piece[i], piece[0] + static_cast<float>(i));
    result.push_back(piece[0]);
  }
  return result;
}

// A file of hours must not stay in memory for pieces of it.
TEST(SourceAudio, KeepsOnlyTheSamplesThatWindowsNeed) {
  NetworkInput network{.network = "n", .outputs = {"logits"}, .excerpts = {}};
  const auto kept = [&] {
    ModelInfo info;
    info.inputs = {{.name = "n", .source = network}};
    predict::SourceAudio source(info, 100);
    source.add(0, ramp(1000));
    return source.window(0, 2).y.size();
  };
  EXPECT_EQ(kept(), 200U);
  network.excerpts = NetworkInput::Excerpts{.n = 2, .seconds = 1};
  EXPECT_EQ(kept(), 0U);
}

TEST(Excerpts, AreSpreadEvenlyOverFilesOfAnyLength) {
  EXPECT_THAT(starts(3, 1, 50, 50), testing::ElementsAre(0));       // shorter than a piece
  EXPECT_THAT(starts(3, 1, 240, 7), testing::ElementsAre(0, 100));  // the rest is too short
  EXPECT_THAT(starts(3, 1, 250, 7), testing::ElementsAre(0, 100, 200));
  EXPECT_THAT(starts(3, 1, 600, 1000), testing::ElementsAre(0, 300, 500));
  EXPECT_THAT(starts(1, 1, 500, 10), testing::ElementsAre(200));
  for (const std::size_t seconds : {7, 12, 24, 59, 240, 1000}) {
    const auto found = starts(3, 1, seconds * 100, 33);
    ASSERT_EQ(found.size(), 3U);
    const auto length = static_cast<float>(seconds * 100);
    EXPECT_EQ(found[0], 0);
    EXPECT_NEAR(found[1] / length, 0.5, 0.25) << seconds;
    EXPECT_GT(found[2] / length, 0.6) << seconds;
  }
}

TEST(Adopt, WritesWhatAModelOfAnotherProgramLacks) {
  const auto foreign = file_of(linear_model("x", {kMels, kFrames}), {});
  EXPECT_THAT(error_of(linear_model("x", {kMels, kFrames}), {}), HasSubstr("genre model adopt"));
  const auto adopted = model::adopt(foreign, {.name = "mine",
                                              .frontend = nlohmann::json::parse(kFrontend),
                                              .layout = {},
                                              .labels = {"one", "other"},
                                              .output = {},
                                              .activation = "softmax",
                                              .window = {},
                                              .hop = {}});
  ASSERT_TRUE(adopted) << adopted.error().message;
  const auto model = Model::load(std::as_bytes(std::span(*adopted)));
  ASSERT_TRUE(model);
  EXPECT_TRUE((*model)->has_checksum());
  EXPECT_EQ((*model)->info().name, "mine");
  const auto y = uniform_noise(3200);
  const auto prediction =
      Predictor(*model).predict(encode(y, 16000, SF_FORMAT_WAV | SF_FORMAT_FLOAT));
  ASSERT_TRUE(prediction);
  EXPECT_THAT(
      prediction->certainties,
      testing::Pointwise(testing::FloatNear(1e-5F),
                         softmax(product(weights_of(kMels * kFrames), patch_of(y, false)))));
}

TEST(Adopt, SaysWhatIsWrong) {
  const auto foreign = file_of(linear_model("x", {kMels, kFrames}), {});
  model::AdoptOptions options{.name = "mine",
                              .frontend = nlohmann::json::parse(kFrontend),
                              .layout = {},
                              .labels = {"one", "other", "third"},
                              .output = {},
                              .activation = "softmax",
                              .window = {},
                              .hop = {}};
  const auto message = [&] {
    const auto adopted = model::adopt(foreign, options);
    return adopted ? "no error" : adopted.error().message;
  };
  EXPECT_THAT(message(), HasSubstr("its first output must be float [N, 3]"));
  options.labels.clear();  // then it is only for other models
  EXPECT_EQ(message(), "no error");
  options.output = "certainties";
  EXPECT_THAT(message(), HasSubstr("it has no output certainties; its outputs are logits"));
  options.output = "logits";
  options.frontend = "nothing";
  EXPECT_THAT(message(), HasSubstr("no front end \"nothing\""));
  EXPECT_FALSE(model::adopt(std::vector<std::byte>(5), options));
  EXPECT_FALSE(model::adopt(file_of(ensemble(), {}), options));
}

TEST(Labels, AreLinesOrJson) {
  const auto labels = testing::ElementsAre("a b", "c");
  EXPECT_THAT(*model::parse_labels("a b\nc\n"), labels);
  EXPECT_THAT(*model::parse_labels("a b\r\n\r\nc"), labels);
  EXPECT_THAT(*model::parse_labels(R"(["a b", "c"])"), labels);
  EXPECT_THAT(*model::parse_labels(R"({"name": "x", "classes": ["a b", "c"]})"), labels);
  for (const char* few : {"", "one", "[]", "{}", "7", R"({"classes": 1})"}) {
    EXPECT_FALSE(model::parse_labels(few)) << few;
  }
}

}  // namespace
}  // namespace genre::test
