#include "server/api/routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "http/problem.h"
#include "server/api/error_response.h"

namespace genre::server {
namespace {

using namespace http;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

ModelInfo model() {
  return {.name = "test",
          .feature_set = FeatureSet::kGtzan26,
          .pad_mode = PadMode::kReflect,
          .labels = {"a", "b"},
          .confident = {},
          .metadata = {{metadata_key::kFigures, R"({"track": 0.5})"}}};
}

Routed routed_of(const RequestHead& head) {
  const ModelInfo info = model();
  return follow(find_route(path_of(head.target)), head, {.model = info});
}

Response answer(const RequestHead& head) {
  const auto routed = routed_of(head);
  if (const auto* problem = std::get_if<Problem>(&routed)) return to_response(*problem);
  EXPECT_TRUE(std::holds_alternative<Response>(routed));
  return std::get<Response>(routed);
}

PredictJob job(const RequestHead& head) {
  const auto routed = routed_of(head);
  if (const auto* job = std::get_if<PredictJob>(&routed)) return *job;
  ADD_FAILURE() << head.target;
  return {};
}

std::string code(const Response& response) {
  EXPECT_EQ(response.content_type, "application/problem+json");
  const json problem = json::parse(response.body);
  EXPECT_EQ(problem.at("status"), response.status);
  EXPECT_EQ(problem.at("type"), "about:blank");
  EXPECT_FALSE(problem.at("title").get<std::string>().empty());
  EXPECT_FALSE(problem.at("detail").get<std::string>().empty());
  return problem.at("code");
}

TEST(Routes, HealthAndModel) {
  EXPECT_EQ(answer({"GET", "/healthz", ""}).body, R"({"status":"ok"})");
  EXPECT_EQ(answer({"HEAD", "/healthz?x", ""}).status, 200);
  EXPECT_EQ(answer({"GET", "/v1/model", ""}).body,
            R"({"name":"test","feature_set":"gtzan26","pad_mode":"reflect","labels":["a","b"],)"
            R"("provenance":null,"figures":{"track":0.5}})");
}

TEST(Routes, Readiness) {
  const ModelInfo info = model();
  const auto readiness = [&](bool ready, bool stopping) {
    const auto reply =
        find_route("/readyz")->get({}, {.model = info, .ready = ready, .stopping = stopping});
    return reply ? *reply : to_response(reply.error());
  };
  EXPECT_EQ(readiness(true, false).body, R"({"status":"ready"})");
  EXPECT_EQ(code(readiness(false, false)), "not_ready");
  EXPECT_EQ(code(readiness(true, true)), "stopping");
  EXPECT_EQ(readiness(true, true).status, 503);
}

TEST(Routes, UnknownPathsAndMethods) {
  for (const char* target :
       {"/predict/index.html", "/predict/", "/Predict", "/v1", "*", "/healthz%00", "//healthz"}) {
    const Response response = answer({"GET", target, ""});
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(code(response), "not_found");
  }
  const Response predict = answer({"GET", "/predict", ""});
  EXPECT_EQ(predict.status, 405);
  EXPECT_EQ(code(predict), "method_not_allowed");
  EXPECT_THAT(predict.headers, ElementsAre(Pair("Allow", "POST")));
  EXPECT_THAT(answer({"POST", "/healthz", ""}).headers, ElementsAre(Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(answer({"post", "/predict", ""}).status, 405);
}

TEST(Routes, OriginalContractLooksAtThreeSeconds) {
  const PredictJob original = job({"POST", "/predict", "audio/wav"});
  EXPECT_EQ(original.form, AnswerForm::kOriginal);
  EXPECT_EQ(original.windows.duration, 3.0);
  EXPECT_FALSE(original.boundary);
}

TEST(Routes, RichAnswerTakesParameters) {
  const PredictJob rich = job({"POST", "/v1/predict?top=2&hop=1.5", "audio/wav"});
  EXPECT_EQ(rich.form, AnswerForm::kRich);
  EXPECT_EQ(rich.windows.hop, 1.5);
  EXPECT_EQ(rich.windows.duration, WindowOptions{}.duration);
  EXPECT_EQ(rich.json.top, 2);
  const Response wrong = answer({"POST", "/v1/predict?top=none", "audio/wav"});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code(wrong), "bad_parameter");
}

TEST(Routes, RawBodies) {
  for (const char* type : {"", "audio/wav", "AUDIO/x-anything; rate=1", "application/octet-stream",
                           "application/x-www-form-urlencoded"}) {
    EXPECT_FALSE(job({"POST", "/predict", type}).boundary) << type;
  }
}

TEST(Routes, MultipartBoundary) {
  EXPECT_EQ(job({"POST", "/predict", "multipart/form-data; boundary=abc"}).boundary, "abc");
  EXPECT_EQ(job({"POST", "/v1/predict", R"(Multipart/Form-Data;x=y; Boundary="a b; c")"}).boundary,
            "a b; c");
  for (const std::string& parameter :
       {std::string(), std::string("; boundary="), std::string("; boundary=\"\""),
        "; boundary=" + std::string(71, 'x')}) {
    const Response response = answer({"POST", "/predict", "multipart/form-data" + parameter});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(code(response), "malformed_multipart");
  }
}

TEST(Routes, OtherMediaTypes) {
  for (const char* type : {"text/plain", "application/json", "multipart/mixed; boundary=x"}) {
    const Response response = answer({"POST", "/predict", type});
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(code(response), "unsupported_media_type");
  }
  EXPECT_EQ(answer({"POST", "/predict", ";"}).status, 400);
}

TEST(Problem, EveryAudioErrorHasItsStatus) {
  const auto status = [](ErrorCode error) { return to_problem({error, "why"}).status; };
  EXPECT_EQ(status(ErrorCode::kNotAudio), 415);
  EXPECT_EQ(status(ErrorCode::kUnsupported), 415);
  EXPECT_EQ(status(ErrorCode::kEmptyFile), 422);
  EXPECT_EQ(status(ErrorCode::kTruncated), 422);
  EXPECT_EQ(status(ErrorCode::kNoSamples), 422);
  EXPECT_EQ(status(ErrorCode::kNonFinite), 422);
  EXPECT_EQ(status(ErrorCode::kTooShort), 422);
  EXPECT_EQ(status(ErrorCode::kTooLong), 413);
  EXPECT_EQ(status(ErrorCode::kBadModel), 500);
  EXPECT_EQ(status(ErrorCode::kOutOfMemory), 503);
  EXPECT_EQ(to_problem({ErrorCode::kInternal, "secret"}).detail.find("secret"), std::string::npos);
  EXPECT_EQ(code(to_response(to_problem({ErrorCode::kNotAudio, "why"}))), "not_audio");
}

TEST(Problem, InvalidUtf8IsReplaced) {
  EXPECT_TRUE(json::accept(to_response({400, "x", "\xff\xc3"}).body));
}

TEST(Problem, BusySaysWhenToComeBack) {
  EXPECT_EQ(busy("queue_full", "x").status, 503);
  EXPECT_THAT(busy("queue_full", "x").headers, ElementsAre(Pair("Retry-After", "1")));
}

}  // namespace
}  // namespace genre::server
