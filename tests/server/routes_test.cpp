#include "server/api/routes.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "http/problem.h"
#include "http/target.h"
#include "server/api/error_response.h"
#include "server/models.h"

namespace genre::server {
namespace {

using namespace http;
using nlohmann::json;
using testing::ElementsAre;
using testing::Pair;

ModelInfo model() {
  return {.name = "test",
          .inputs = {{"features", FeaturesInput{.pad_mode = PadMode::kReflect}}},
          .labels = {"a", "b"},
          .confident = {},
          .metadata = {{metadata_key::kFigures, R"({"track": 0.5})"}}};
}

const std::vector<std::string> kNames = {"first", "second"};

tl::expected<Action, Problem> action_of(const RequestHead& head) {
  return dispatch(find_route(path_of(head.target)), head,
                  {.models = kNames,
                   .info = [](std::size_t) { return std::make_shared<const ModelInfo>(model()); },
                   .hears_tags = [](std::size_t) { return false; },
                   .statistics = [](std::size_t) { return Statistics{}; }});
}

Response respond(const RequestHead& head) {
  const auto action = action_of(head);
  if (!action) return to_response(action.error());
  EXPECT_TRUE(std::holds_alternative<Response>(*action));
  return std::get<Response>(*action);
}

PredictJob job(const RequestHead& head) {
  const auto action = action_of(head);
  if (action && std::holds_alternative<Job>(*action)) {
    return std::get<PredictJob>(std::get<Job>(*action).work);
  }
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
  EXPECT_EQ(respond({"GET", "/healthz", ""}).body, R"({"status":"ok"})");
  EXPECT_EQ(respond({"HEAD", "/healthz?x", ""}).status, 200);
  EXPECT_EQ(respond({"GET", "/v1/model", ""}).body,
            R"({"name":"test","feature_set":"gtzan26","pad_mode":"reflect",)"
            R"("inputs":[{"name":"features","shape":[null,26],"feature_set":"gtzan26",)"
            R"("pad_mode":"reflect"}],"window":3.0,"hop":3.0,"labels":["a","b"],)"
            R"("none_of_these":false,"confident":null,"provenance":null,)"
            R"("figures":{"track":0.5},"tags":false})");
}

TEST(Routes, Readiness) {
  const auto readiness = [](bool ready, bool stopping) {
    const auto reply =
        find_route("/readyz").get({}, {.models = kNames, .ready = ready, .stopping = stopping}, {});
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
    const Response response = respond({"GET", target, ""});
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(code(response), "not_found");
  }
  const Response predict = respond({"GET", "/predict", ""});
  EXPECT_EQ(predict.status, 405);
  EXPECT_EQ(code(predict), "method_not_allowed");
  EXPECT_THAT(predict.headers, ElementsAre(Pair("Allow", "POST")));
  EXPECT_THAT(respond({"POST", "/healthz", ""}).headers, ElementsAre(Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(respond({"post", "/predict", ""}).status, 405);
}

std::size_t model_of(std::string_view method, std::string_view target) {
  const auto action = action_of({method, target, ""});
  if (!action) return kNames.size();
  if (const auto* reload = std::get_if<Reload>(&*action)) return reload->model;
  return std::get<Job>(*action).model;
}

TEST(Routes, AModelIsNamedInThePathOrInTheQuery) {
  for (const char* path : {"/predict", "/v1/predict", "/v1/model/reload"}) {
    const std::string target = path;
    EXPECT_EQ(model_of("POST", target), 0) << path;
    EXPECT_EQ(model_of("POST", target + "?model=first"), 0) << path;
    EXPECT_EQ(model_of("POST", target + "?&model=s%65cond"), 1) << path;
    EXPECT_EQ(model_of("POST", target + "?model=first&model=second"), 1) << path;
    EXPECT_EQ(model_of("POST", target + "?model=third"), 2) << path;
    EXPECT_EQ(model_of("POST", target + "?model="), 2) << path;
  }
  EXPECT_EQ(model_of("POST", "/v2/models/second/infer"), 1);
  EXPECT_EQ(model_of("POST", "/v2/models/second/versions/1/infer"), 1);
  EXPECT_EQ(model_of("POST", "/v2/models/genre/infer"), 0);
  EXPECT_EQ(model_of("POST", "/v2/models/second/infer?model=first"), 1);
  EXPECT_EQ(model_of("POST", "/v1/models/second:predict"), 1);
}

TEST(Routes, AnUnknownModelIs404WithTheNames) {
  for (const char* target : {"/v1/model?model=third", "/v2/models/third", "/v2/models/third/config",
                             "/v1/models/third", "/v2/models/third/stats"}) {
    const auto action = action_of({"GET", target, ""});
    ASSERT_FALSE(action) << target;
    EXPECT_EQ(action.error().status, 404);
    EXPECT_EQ(action.error().detail, "There is no model \"third\". The models are: first, second.");
  }
}

TEST(Routes, AModelIsNotChosenByMistake) {
  for (const char* query :
       {"model=%", "model=secon%6", "%=second", "mdoel=second", "model=second&x"}) {
    for (const char* path : {"/v1/model?", "/v1/model/reload?", "/predict?", "/v1/predict?"}) {
      const std::string target = std::string(path) + query;
      const char* method = target.starts_with("/v1/model?") ? "GET" : "POST";
      const Response refused = respond({method, target, ""});
      EXPECT_EQ(refused.status, 400) << target;
      EXPECT_EQ(code(refused), "bad_parameter") << target;
    }
  }
}

// It needs no token, so it must not tell the names.
TEST(Routes, AnOpenPathDoesNotListTheModels) {
  EXPECT_EQ(action_of({"GET", "/v2/models/third/ready", ""}).error().detail,
            "There is no model \"third\".");
}

TEST(Routes, NamesOfModels) {
  EXPECT_TRUE(is_model_name("A-b_c.9"));
  EXPECT_TRUE(is_model_name(std::string(kMaxModelName, 'x')));
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a b"), std::string("a/b"),
        std::string("a:b"), std::string("\xc3\xa9"), std::string(kMaxModelName + 1, 'x')}) {
    EXPECT_FALSE(is_model_name(name)) << name;
  }
}

TEST(Routes, ListsTheModels) {
  EXPECT_EQ(respond({"GET", "/v1/models", ""}).body, R"({"models":["first","second"]})");
  EXPECT_EQ(respond({"GET", "/v1/models/second", ""}).body, R"({"name":"second","ready":true})");
  EXPECT_EQ(json::parse(respond({"POST", "/v2/repository/index", ""}).body).at(1).at("name"),
            "second");
}

TEST(Routes, OriginalContract) {
  const PredictJob original = job({"POST", "/predict", "audio/wav"});
  EXPECT_EQ(original.form, ResponseForm::kOriginal);
  EXPECT_FALSE(original.boundary);
}

TEST(Routes, OriginalContractHasFewParameters) {
  const PredictJob strict = job({"POST", "/predict?strict=true&stream=2&model=first", "audio/wav"});
  EXPECT_EQ(strict.query.strict, true);
  EXPECT_EQ(strict.query.track, 2U);
  for (const char* query : {"top=2", "hop=1", "segments=0", "features=1", "stict=true"}) {
    const Response refused = respond({"POST", std::string("/predict?") + query, "audio/wav"});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(code(refused), "bad_parameter");
    const std::string name(query, std::string_view(query).find('='));
    EXPECT_THAT(refused.body, testing::HasSubstr("POST /predict has no parameter " + name));
  }
}

TEST(Routes, RichResponseTakesParameters) {
  const PredictJob rich = job({"POST", "/v1/predict?top=2&hop=1.5", "audio/wav"});
  EXPECT_EQ(rich.form, ResponseForm::kRich);
  EXPECT_EQ(rich.query.hop, 1.5);
  EXPECT_EQ(rich.query.json.top, 2);
  const Response wrong = respond({"POST", "/v1/predict?top=none", "audio/wav"});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code(wrong), "bad_parameter");
}

TEST(Routes, RawBodies) {
  for (const char* type : {"", "audio/wav", "AUDIO/x-anything; rate=1", "application/octet-stream",
                           "application/x-www-form-urlencoded", "application/ogg", "text/plain"}) {
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
    const Response response = respond({"POST", "/predict", "multipart/form-data" + parameter});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(code(response), "malformed_multipart");
  }
}

TEST(Routes, OtherMediaTypes) {
  for (const char* type : {"multipart/mixed; boundary=x", "Multipart/Related"}) {
    const Response response = respond({"POST", "/predict", type});
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(code(response), "unsupported_media_type");
  }
  EXPECT_EQ(respond({"POST", "/predict", ";"}).status, 400);
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

// What the protocol's clients parse: "error", besides this server's "code".
TEST(Render, IsTheProtocolsOwnBelowV2) {
  const Problem problem{400, "x", "why"};
  for (const char* path : {"/v2", "/v2/models/genre/infer", "/v2/nothing", "/v2/",
                           "/v1/models/first", "/v1/models/first:predict", "/v1/models/a/b"}) {
    EXPECT_EQ(find_route(path).render(problem).body, R"({"error":"why","code":"x"})") << path;
    EXPECT_EQ(no_route(path).render(problem).body, R"({"error":"why","code":"x"})") << path;
  }
  for (const char* path : {"/predict", "/v1/predict", "/nothing", "/v20", ""}) {
    EXPECT_EQ(find_route(path).render(problem).content_type, "application/problem+json") << path;
    EXPECT_EQ(no_route(path).render(problem).content_type, "application/problem+json") << path;
  }
}

TEST(Render, ReplacesWhatIsNotUtf8) {
  for (const char* path : {"/predict", "/v2/models/genre/infer"}) {
    EXPECT_TRUE(json::accept(find_route(path).render({400, "x", "\xff\xc3"}).body)) << path;
  }
}

}  // namespace
}  // namespace genre::server
