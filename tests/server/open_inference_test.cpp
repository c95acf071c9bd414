#include "server/api/open_inference.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <bit>
#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "base/files.h"
#include "http/problem.h"
#include "server/api/inference_request.h"
#include "server/api/inference_response.h"
#include "unit/encode.h"

namespace genre::server {
namespace {

using namespace http;
using nlohmann::json;
using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::Pointwise;

// It takes features alone and has thresholds.
std::shared_ptr<const Model> texture_model() {
  static const auto model = Model::load(base::read_file(GENRE_TEXTURE_MODEL).value()).value();
  return model;
}

Predictor& predictor() {
  static Predictor predictor(texture_model());
  return predictor;
}

const ModelInfo& model() { return predictor().model().info(); }

std::size_t n_features() { return feature_names(model().only_features()->feature_set).size(); }

Response send(std::string_view body, std::string_view header_length = "") {
  InferenceWork work(std::as_bytes(std::span(body)), std::string(header_length), "genre",
                     {.model = texture_model()}, {});
  const auto n_parts = work.read();
  if (!n_parts) return to_inference_error(n_parts.error());
  for (std::size_t part = 0; part < *n_parts; ++part) {
    while (work.step(part, predictor())) continue;
  }
  const auto reply = work.finish();
  return reply ? *reply : to_inference_error(reply.error());
}

Response ask(const json& request) { return send(request.dump()); }

json json_of(const Response& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_THAT(response.headers, IsEmpty());
  return json::parse(response.body);
}

// What is wrong, as the protocol tells it.
std::string error_of(const Response& response, int status = 400,
                     std::string_view code = "malformed_inference_request") {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.content_type, "application/json");
  const json error = json::parse(response.body);
  EXPECT_EQ(error.size(), 2);
  EXPECT_EQ(error.at("code"), code);
  return error.at("error");
}

std::string bytes_of(std::span<const std::byte> file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

std::string song(double hz = 440) { return bytes_of(test::encode_wav(test::sine(hz, 3.0))); }

std::string base64(std::string_view bytes) {
  namespace iterators = boost::archive::iterators;
  using Encoder = iterators::base64_from_binary<iterators::transform_width<const char*, 6, 8>>;
  std::string text(Encoder(bytes.begin()), Encoder(bytes.end()));
  text.append((3 - bytes.size() % 3) % 3, '=');
  return text;
}

std::string little_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xFFU);
  return bytes;
}

std::string little_endian(float value) {
  return little_endian(std::bit_cast<std::uint32_t>(value));
}

std::string element(std::string_view bytes) {
  return little_endian(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

json audio_request(const std::vector<std::string>& files) {
  json data = json::array();
  for (const auto& file : files) data.push_back(base64(file));
  return {
      {"inputs",
       {{{"name", "audio"}, {"datatype", "BYTES"}, {"shape", {files.size()}}, {"data", data}}}}};
}

// Features of two songs, [2, n_features].
std::vector<std::vector<float>> rows() {
  std::vector<std::vector<float>> rows;
  for (const double hz : {440.0, 1000.0}) {
    rows.push_back(predictor()
                       .predict(test::encode_wav(test::sine(hz, 3.0)), {.keep_features = true})
                       .value()
                       .segments.at(0)
                       .features);
  }
  return rows;
}

json features_request(const json& data, std::size_t n) {
  return {{"inputs",
           {{{"name", "features"},
             {"datatype", "FP32"},
             {"shape", {n, n_features()}},
             {"data", data}}}}};
}

// The request without data, and binary behind it; `size` is what it says of the latter.
Response ask_binary(json request, std::string_view binary, std::size_t size) {
  request["inputs"][0].erase("data");
  request["inputs"][0]["parameters"]["binary_data_size"] = size;
  const std::string head = request.dump();
  return send(head + std::string(binary), std::to_string(head.size()));
}

Response ask_binary(const json& request, std::string_view binary) {
  return ask_binary(request, binary, binary.size());
}

TEST(OpenInference, GivesForAudioWhatThePredictorSays) {
  const json result = json_of(ask(audio_request({song(440), song(1000)})));
  EXPECT_EQ(result.at("model_name"), "genre");
  EXPECT_EQ(result.at("model_version"), "1");
  EXPECT_FALSE(result.contains("id"));
  const json& outputs = result.at("outputs");
  ASSERT_EQ(outputs.size(), 3);
  EXPECT_EQ(outputs[0].at("name"), "certainties");
  EXPECT_EQ(outputs[0].at("datatype"), "FP32");
  EXPECT_EQ(outputs[0].at("shape"), json({2, model().labels.size()}));
  EXPECT_EQ(outputs[1].at("name"), "genre");
  EXPECT_EQ(outputs[1].at("datatype"), "BYTES");
  EXPECT_EQ(outputs[1].at("shape"), json::array({2}));
  EXPECT_EQ(outputs[2].at("name"), "confident");
  EXPECT_EQ(outputs[2].at("datatype"), "BOOL");
  EXPECT_EQ(outputs[2].at("shape"), json::array({2}));

  std::vector<float> certainties;
  std::vector<std::string> genres;
  std::vector<bool> confident;
  for (const double hz : {440.0, 1000.0}) {
    const auto prediction = predictor().predict(test::encode_wav(test::sine(hz, 3.0))).value();
    certainties.insert(certainties.end(), prediction.certainties.begin(),
                       prediction.certainties.end());
    genres.push_back(prediction.ranked(prediction.certainties).front().genre);
    confident.push_back(prediction.confident.value());
  }
  EXPECT_EQ(outputs[0].at("data").get<std::vector<float>>(), certainties);
  EXPECT_EQ(outputs[1].at("data").get<std::vector<std::string>>(), genres);
  EXPECT_EQ(outputs[2].at("data").get<std::vector<bool>>(), confident);
}

TEST(OpenInference, LooksAtTheWholeFile) {
  auto y = test::sine(440, 3.0);
  const auto rest = test::sine(1000, 6.0);
  y.insert(y.end(), rest.begin(), rest.end());
  const auto file = test::encode_wav(y);
  const json result = json_of(ask(audio_request({bytes_of(file)})));
  EXPECT_EQ(result.at("outputs")[0].at("data").get<std::vector<float>>(),
            predictor().predict(file).value().certainties);
}

TEST(OpenInference, FeaturesNestedFlatAndBinaryHaveTheResultOfTheirAudio) {
  const auto features = rows();
  std::vector<float> flat;
  std::string binary;
  for (const auto& row : features) {
    flat.insert(flat.end(), row.begin(), row.end());
    for (const float value : row) binary += little_endian(value);
  }
  const json nested = json_of(ask(features_request(features, 2)));
  EXPECT_EQ(json_of(ask(features_request(flat, 2))), nested);
  EXPECT_EQ(json_of(ask_binary(features_request(nullptr, 2), binary)), nested);
  EXPECT_EQ(json_of(ask(features_request(features[1], 1))).at("outputs")[1].at("data")[0],
            nested.at("outputs")[1].at("data")[1]);

  const json of_audio = json_of(ask(audio_request({song(440), song(1000)})));
  const auto certainties = [](const json& body) {
    return body.at("outputs")[0].at("data").get<std::vector<float>>();
  };
  EXPECT_THAT(certainties(nested), Pointwise(FloatNear(1e-6F), certainties(of_audio)));
  for (const int i : {1, 2}) EXPECT_EQ(nested.at("outputs")[i], of_audio.at("outputs")[i]);
}

TEST(OpenInference, BinaryAudioHasTheSameResult) {
  const auto request = audio_request({song(440), song(1000)});
  EXPECT_EQ(json_of(ask_binary(request, element(song(440)) + element(song(1000)))),
            json_of(ask(request)));
}

TEST(OpenInference, TheIdentifierComesBack) {
  auto request = audio_request({song()});
  request["id"] = "4\u20ac2\"";
  EXPECT_EQ(json_of(ask(request)).at("id"), "4\u20ac2\"");
  request["id"] = 42;
  EXPECT_THAT(error_of(ask(request)), HasSubstr("id must be a string"));
}

TEST(OpenInference, OnlyRequestedOutputsInTheirOrder) {
  auto request = audio_request({song()});
  const json all = json_of(ask(request)).at("outputs");
  request["outputs"] = {{{"name", "confident"}}, {{"name", "certainties"}}};
  EXPECT_EQ(json_of(ask(request)).at("outputs"), json({all[2], all[0]}));
  request["outputs"] = json::array();
  EXPECT_EQ(json_of(ask(request)).at("outputs"), all);
}

TEST(OpenInference, BinaryOutputsStandBehindTheJson) {
  auto request = audio_request({song(440), song(1000)});
  const json all = json_of(ask(request)).at("outputs");
  request["parameters"] = {{"binary_data_output", true}};
  const Response response = ask(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/octet-stream");
  ASSERT_EQ(response.headers.size(), 1);
  EXPECT_EQ(response.headers[0].first, "Inference-Header-Content-Length");
  const std::size_t head = std::stoul(response.headers[0].second);
  const json outputs = json::parse(response.body.substr(0, head)).at("outputs");
  std::string certainties, genres, confident;
  for (const float value : all[0].at("data")) certainties += little_endian(value);
  for (const std::string value : all[1].at("data")) genres += element(value);
  for (const bool value : all[2].at("data")) confident += static_cast<char>(value);
  EXPECT_EQ(response.body.substr(head), certainties + genres + confident);
  const auto size = [&](std::size_t i) {
    return outputs[i].at("parameters").at("binary_data_size");
  };
  EXPECT_EQ(size(0), certainties.size());
  EXPECT_EQ(size(1), genres.size());
  EXPECT_EQ(size(2), 2);
  for (const json& output : outputs) EXPECT_FALSE(output.contains("data"));
}

TEST(OpenInference, AnOutputMayDifferFromTheOthersInBeingBinary) {
  auto request = audio_request({song()});
  request["outputs"] = {{{"name", "certainties"}, {"parameters", {{"binary_data", false}}}},
                        {{"name", "confident"}}};
  request["parameters"] = {{"binary_data_output", true}, {"of_another_server", 1}};
  const Response mixed = ask(request);
  ASSERT_EQ(mixed.headers.size(), 1);
  EXPECT_EQ(mixed.headers[0].second, std::to_string(mixed.body.size() - 1));
  request["outputs"] = {{{"name", "genre"}, {"parameters", {{"binary_data", true}}}}};
  request.erase("parameters");
  EXPECT_EQ(ask(request).content_type, "application/octet-stream");
}

TEST(OpenInference, AModelThatDoesNotTellHasNoConfident) {
  const ModelInfo silent = {.name = "test", .labels = {"a", "b"}, .metadata = {}};
  const auto parse = [&silent](const json& request) {
    const std::string body = request.dump();
    return parse_inference_request(std::as_bytes(std::span(body)), "", silent);
  };
  auto request = audio_request({"any"});
  const InferenceResults results = {
      .classifications = {{.certainties = {0.25, 0.75}, .confident = {}}}, .warnings = {}};
  EXPECT_EQ(inference_response(parse(request).value(), results, "genre", silent).body,
            R"({"model_name":"genre","model_version":"1","outputs":[)"
            R"({"name":"certainties","datatype":"FP32","shape":[1,2],"data":[0.25,0.75]},)"
            R"({"name":"genre","datatype":"BYTES","shape":[1],"data":["b"]}]})");
  request["outputs"] = {{{"name", "confident"}}};
  EXPECT_THAT(parse(request).error(), HasSubstr("one of: certainties, genre."));
}

TEST(OpenInference, ABadElementIsNamedByItsIndex) {
  const std::string text = "Just text, and no song, and again: just text, and no song.";
  EXPECT_THAT(error_of(ask(audio_request({song(), text})), 415, "not_audio"),
              HasSubstr("audio[1]: "));
  EXPECT_THAT(error_of(ask_binary(audio_request({"", song()}), element("") + element(song())), 422,
                       "empty_file"),
              HasSubstr("audio[0]: "));
  auto request = audio_request({song(), song()});
  for (const json& wrong : {json("no base64!"), json("Zg"), json(1), json(nullptr)}) {
    request["inputs"][0]["data"][1] = wrong;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("audio[1] is not a base64"));
  }
}

TEST(OpenInference, WarningsAreAParameterAndStrictMakesThemErrors) {
  const std::string cut = song().substr(0, 66194);
  auto request = audio_request({song(), cut});
  const json parameters = json_of(ask(request)).at("parameters");
  const json warnings = json::parse(parameters.at("warnings").get<std::string>());
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_TRUE(warnings[0].empty());
  ASSERT_EQ(warnings[1].size(), 1U);
  EXPECT_EQ(warnings[1][0].at("code"), "truncated");
  EXPECT_EQ(warnings[1][0].at("to"), 3.0);
  EXPECT_FALSE(json_of(ask(audio_request({song()}))).contains("parameters"));

  request["parameters"] = {{"strict", true}};
  EXPECT_THAT(error_of(ask(request), 422, "truncated"), HasSubstr("audio[1]: "));
  request["parameters"] = {{"strict", "yes"}};
  EXPECT_THAT(error_of(ask(request)), HasSubstr("strict must be true or false"));
}

// Long texts are decoded in pieces, so that other requests have their turn.
TEST(OpenInference, DecodesLongBase64InPieces) {
  std::string file = song();
  file.resize(std::size_t{1} << 20, '\0');  // a WAV file may have bytes after its end
  const json whole = json_of(ask(audio_request({song()})));
  EXPECT_EQ(json_of(ask(audio_request({file}))), whole);
  for (const std::size_t padded : {524286U, 524287U}) {  // the end of the first piece
    auto request = audio_request({file});
    std::string text = request["inputs"][0]["data"][0];
    text[padded] = text[524287] = '=';
    request["inputs"][0]["data"][0] = text;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("audio[0] is not a base64")) << padded;
  }
}

TEST(OpenInference, WhatIsNoRequest) {
  EXPECT_THAT(error_of(send("{")), HasSubstr("cannot be parsed as JSON"));
  for (const std::string_view body : {"null", "[]", "1", "\"inputs\"", "{}", R"({"inputs":{}})",
                                      R"({"inputs":[]})", R"({"inputs":[{},{}]})"}) {
    EXPECT_THAT(error_of(send(body)), HasSubstr("array of one object")) << body;
  }
}

TEST(OpenInference, TheLargestBatchIsAccepted) {
  const std::vector<std::vector<int>> data(kMaxBatch, std::vector<int>(n_features(), 0));
  const std::string body = features_request(data, kMaxBatch).dump();
  const auto request = parse_inference_request(std::as_bytes(std::span(body)), "", model());
  ASSERT_TRUE(request) << request.error();
  EXPECT_EQ(request->features.size(), kMaxBatch * n_features());
}

TEST(OpenInference, UnknownInputsAndOutputs) {
  auto request = audio_request({song()});
  request["outputs"] = {{{"name", "loudness"}}};
  EXPECT_THAT(error_of(ask(request)), HasSubstr("outputs must be an object whose name is one of: "
                                                "certainties, genre, confident."));
  for (const json& outputs : {json({1}), json::array({json::array()}), json({{{"name", 1}}})}) {
    request["outputs"] = outputs;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("one of:")) << outputs;
  }
  for (const json& outputs : {json("genre"), json({{"name", "genre"}}),
                              json(std::vector<json>(4, {{"name", "genre"}}))}) {
    request["outputs"] = outputs;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("array of at most 3")) << outputs;
  }
  request = audio_request({song()});
  for (const json& name : {json("song"), json(""), json(1), json(nullptr)}) {
    request["inputs"][0]["name"] = name;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("one of: audio, features.")) << name;
  }
  EXPECT_THAT(error_of(send(R"({"inputs":[1]})")), HasSubstr("one of: audio, features."));
}

TEST(OpenInference, DatatypesAndShapes) {
  const auto wrong = [](json request, const char* key, const json& value) {
    request["inputs"][0][key] = value;
    return error_of(ask(request));
  };
  const auto audio = audio_request({song()});
  for (const json& shape :
       {json::array(), json::array({0}), json::array({1025}), json::array({-1}), json::array({1.0}),
        json::array({1, 2}), json::array({1, 1, 1}), json(1), json("1"), json::array({"1"}),
        json::array({18446744073709551615ULL}), json::array({4294967297ULL})}) {
    EXPECT_THAT(wrong(audio, "shape", shape),
                HasSubstr("BYTES and shape [N] or [N, 1] with N from 1 to 1024"))
        << shape;
  }
  EXPECT_THAT(wrong(audio, "shape", json({2})), HasSubstr("array of 2 strings"));
  EXPECT_THAT(wrong(audio, "datatype", "FP32"), HasSubstr("must have datatype BYTES"));
  EXPECT_THAT(wrong(audio, "datatype", nullptr), HasSubstr("must have datatype BYTES"));
  const auto features = features_request(rows(), 2);
  for (const json& shape :
       {json({2}), json({2, 3}), json({n_features(), 2}), json({0, n_features()}),
        json({2, n_features(), 1}), json({-1, n_features()})}) {
    EXPECT_THAT(wrong(features, "shape", shape),
                HasSubstr(fmt::format("FP32 and shape [N, {}]", n_features())))
        << shape;
  }
  EXPECT_THAT(wrong(features, "datatype", "FP64"), HasSubstr("must have datatype FP32"));
}

TEST(OpenInference, FeaturesThatDoNotFit) {
  json data = rows();
  EXPECT_THAT(error_of(ask(features_request(data, 1))), HasSubstr("features[0]"));
  EXPECT_THAT(error_of(ask(features_request(data, 3))), HasSubstr("features[0]"));
  for (const json& wrong : {json("1"), json(nullptr), json(true), json::array({1}), json(1e39)}) {
    json broken = data;
    broken[1][5] = wrong;
    EXPECT_THAT(error_of(ask(features_request(broken, 2))), HasSubstr("features[1] on")) << wrong;
  }
  data[1].erase(0);
  EXPECT_THAT(error_of(ask(features_request(data, 2))), HasSubstr("features[1] on"));
  data[1] = 0;
  EXPECT_THAT(error_of(ask(features_request(data, 2))), HasSubstr("features[1] on"));
  for (const json& wrong : {json(0), json("x"), json::object(), json(nullptr)}) {
    EXPECT_THAT(error_of(ask(features_request(wrong, 2))), HasSubstr("features[0] on")) << wrong;
  }
}

TEST(OpenInference, FeaturesThatAreNoNumbersOrTooLarge) {
  std::string binary;
  for (std::size_t i = 0; i < 2 * n_features(); ++i) binary += little_endian(0.0F);
  const auto request = features_request(nullptr, 2);
  using Limits = std::numeric_limits<float>;
  for (const float value : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()}) {
    std::string broken = binary;
    broken.replace((n_features() + 3) * sizeof(float), sizeof(float), little_endian(value));
    EXPECT_THAT(error_of(ask_binary(request, broken)),
                HasSubstr("features[1] has a value that is"));
  }
  const std::vector<float> huge(n_features(), Limits::max());
  EXPECT_THAT(error_of(ask(features_request({huge}, 1))), HasSubstr("features[0] has values so"));
}

TEST(OpenInference, SizesThatLie) {
  const auto request = audio_request({song(), song()});
  const std::string binary = element(song()) + element(song());
  for (const std::size_t size : {std::size_t{0}, binary.size() - 1, binary.size() + 1,
                                 std::numeric_limits<std::size_t>::max()}) {
    EXPECT_THAT(error_of(ask_binary(request, binary, size)), HasSubstr("binary_data_size")) << size;
  }
  for (const std::string& wrong :
       {std::string(), element(song()), binary + 'x', binary + element(""),
        binary.substr(0, binary.size() - 1), element(song()) + "\1\0"}) {
    EXPECT_THAT(error_of(ask_binary(request, wrong)), HasSubstr("It does not match"));
  }
  EXPECT_THAT(error_of(ask_binary(request, element("") + little_endian(0xFFFFFFFFU))),
              HasSubstr("from audio[1] on"));
  EXPECT_THAT(error_of(ask_binary(features_request(nullptr, 1), "1234")),
              HasSubstr(std::to_string(4 * n_features())));
}

TEST(OpenInference, DataEitherInOrBehindTheJson) {
  auto request = audio_request({song()});
  const std::string head = request.dump();
  EXPECT_THAT(error_of(send(head + "x", std::to_string(head.size()))),
              HasSubstr("must have its data"));
  request["inputs"][0]["parameters"] = {{"binary_data_size", 0}};
  EXPECT_THAT(error_of(ask(request)), HasSubstr("must have its data"));
  request["inputs"][0].erase("data");
  for (const json& size : {json(-1), json(1.0), json("1"), json(nullptr), json(true)}) {
    request["inputs"][0]["parameters"]["binary_data_size"] = size;
    EXPECT_THAT(error_of(ask(request)), HasSubstr("must have its data")) << size;
  }
  request["inputs"][0].erase("parameters");
  EXPECT_THAT(error_of(ask(request)), HasSubstr("must have its data"));
}

TEST(OpenInference, TheLengthOfTheJson) {
  const std::string body = audio_request({song()}).dump();
  EXPECT_EQ(send(body, std::to_string(body.size())).status, 200);
  for (const std::string_view length :
       {"-1", "x", " 1", "1.5", "99999999", "18446744073709551616"}) {
    EXPECT_THAT(error_of(send(body, length)), HasSubstr("Inference-Header-Content-Length must be"));
  }
  EXPECT_THAT(error_of(send(body, "0")), HasSubstr("cannot be parsed as JSON"));
}

TEST(OpenInference, ParametersOfTheWrongType) {
  auto request = audio_request({song()});
  request["parameters"] = {{"binary_data_output", "yes"}};
  EXPECT_THAT(error_of(ask(request)), HasSubstr("binary_data_output must be true or false"));
  request["parameters"] = 1;
  EXPECT_EQ(ask(request).status, 200);
  request["outputs"] = {{{"name", "genre"}, {"parameters", {{"binary_data", 1}}}}};
  EXPECT_THAT(error_of(ask(request)), HasSubstr("binary_data must be true or false"));
}

TEST(OpenInference, AnyByteMayBeWrong) {
  auto request = audio_request({"x"});
  request["inputs"][0].erase("data");
  request["inputs"][0]["parameters"]["binary_data_size"] = 5;
  const std::string head = request.dump();
  const std::string body = head + element("x");
  for (std::size_t i = 0; i < body.size(); ++i) {
    for (const char c : {'\0', '"', '[', '{', '}', ',', '9', '-', 'e', '\\', '\xff'}) {
      std::string broken = body;
      broken[i] = c;
      EXPECT_GE(send(broken, std::to_string(head.size())).status, 400) << broken;
    }
    EXPECT_GE(send(body.substr(0, i), std::to_string(std::min(i, head.size()))).status, 400);
  }
}

TEST(OpenInference, ProblemsTakeTheFormOfTheProtocol) {
  const Response error = to_inference_error(busy("queue_full", "Later \xff."));
  EXPECT_EQ(error.status, 503);
  EXPECT_EQ(error.content_type, "application/json");
  EXPECT_EQ(error.body, "{\"error\":\"Later \xef\xbf\xbd.\",\"code\":\"queue_full\"}");
  EXPECT_THAT(error.headers, ElementsAre(Pair("Retry-After", "1")));
}

TEST(OpenInferenceMetadata, Server) {
  const json metadata = json_of(server_metadata());
  EXPECT_EQ(metadata.at("name"), "genre");
  EXPECT_TRUE(metadata.at("version").is_string());
  EXPECT_EQ(metadata.at("extensions"),
            json::array({"binary_tensor_data", "classification", "model_configuration",
                         "model_repository", "statistics"}));
}

TEST(OpenInferenceMetadata, ModelWithItsTensors) {
  EXPECT_EQ(model_metadata("genre", {.name = "test",
                                     .inputs = {{"features", FeaturesInput{}}},
                                     .labels = {"a", "b"},
                                     .outputs = {.none = "none"},
                                     .confident = ConfidentThresholds(),
                                     .metadata = {}})
                .body,
            R"({"name":"genre","versions":["1"],"platform":"onnx_onnxv1","inputs":[)"
            R"({"name":"audio","datatype":"BYTES","shape":[-1]},)"
            R"({"name":"features","datatype":"FP32","shape":[-1,26]}],"outputs":[)"
            R"({"name":"certainties","datatype":"FP32","shape":[-1,2],)"
            R"("parameters":{"labels":["a","b"]}},)"
            R"({"name":"genre","datatype":"BYTES","shape":[-1]},)"
            R"({"name":"confident","datatype":"BOOL","shape":[-1]},)"
            R"({"name":"none_of_these","datatype":"FP32","shape":[-1]}]})");
  EXPECT_EQ(
      json::parse(
          model_metadata("genre", {.name = "test", .labels = {"a", "b"}, .metadata = {}}).body)
          .at("outputs")
          .size(),
      2);
}

TEST(OpenInferenceMetadata, HealthIsInTheStatusAsWell) {
  EXPECT_EQ(server_live().body, R"({"live":true})");
  EXPECT_EQ(server_ready(true).status, 200);
  EXPECT_EQ(server_ready(true).body, R"({"ready":true})");
  EXPECT_EQ(server_ready(false).status, 503);
  EXPECT_EQ(server_ready(false).body, R"({"ready":false})");
  EXPECT_EQ(model_ready("genre", true).body, R"({"name":"genre","ready":true})");
  EXPECT_EQ(model_ready("genre", false).status, 503);
}

}  // namespace
}  // namespace genre::server
