#include "server/api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "server/api/open_inference_metadata.h"
#include "server/api/query.h"
#include "server/http/header_value.h"
#include "server/http/multipart.h"
#include "server/http/problem.h"
#include "server/page/page.h"

extern "C" {  // defined in openapi.S
extern const char genre_openapi[];
extern const char genre_openapi_end[];
}

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kOriginalDuration = 3.0;  // s; how much the original service looked at

Response health(const RequestHead&, const ServerStatus&) { return {.body = R"({"status":"ok"})"}; }

Response readiness(const RequestHead&, const ServerStatus& status) {
  if (status.stopping) return busy("stopping", "The server finishes what it has begun and ends.");
  if (!status.ready) return busy("not_ready", "The model has not passed its self-test yet.");
  return {.body = R"({"status":"ready"})"};
}

Response openapi(const RequestHead&, const ServerStatus&) {
  return {.body = {genre_openapi, genre_openapi_end}};
}

Response metrics(const RequestHead&, const ServerStatus& status) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = status.metrics()};
}

// A metadata entry that is JSON itself; null where the model has none.
Json metadata(const ModelInfo& model, const char* key) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) return nullptr;
  Json json = Json::parse(entry->second, nullptr, false);
  return json.is_discarded() ? Json(entry->second) : json;
}

Response describe_model(const RequestHead&, const ServerStatus& status) {
  const ModelInfo& model = status.model;
  const Json json = {{"name", model.name},
                     {"feature_set", to_string(model.feature_set)},
                     {"pad_mode", to_string(model.pad_mode)},
                     {"labels", model.labels},
                     {"provenance", metadata(model, metadata_key::kProvenance)},
                     {"figures", metadata(model, metadata_key::kFigures)}};
  return {.body = json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

// What curl --data-binary says unless it is told better.
constexpr std::string_view kCurlType = "application/x-www-form-urlencoded";

// How the body holds the file; on success the job's boundary is set.
std::optional<Response> read_content_type(std::string_view text, PredictJob& job) {
  if (text.empty()) return std::nullopt;  // RFC 9110: may be taken for application/octet-stream
  const auto type = parse_header_value(text);
  if (!type) return problem(400, "malformed_request", "The Content-Type header is malformed.");
  if (type->value.starts_with("audio/") || type->value == "application/octet-stream" ||
      type->value == kCurlType) {
    return std::nullopt;
  }
  if (type->value != "multipart/form-data") {
    return problem(415, "unsupported_media_type",
                   fmt::format("Content-Type {} is none of multipart/form-data (with the audio in "
                               "the field \"file\"), audio/* and application/octet-stream.",
                               type->value));
  }
  const std::string* boundary = type->parameter("boundary");
  if (!boundary || boundary->empty() || boundary->size() > kMaxBoundary) {
    return problem(400, "malformed_multipart",
                   fmt::format("multipart/form-data needs a parameter boundary of 1 to {} bytes.",
                               kMaxBoundary));
  }
  job.boundary = *boundary;
  return std::nullopt;
}

Routed predict_original(const RequestHead& head, std::string_view) {
  PredictJob job{.form = AnswerForm::kOriginal, .windows = {.duration = kOriginalDuration}};
  if (auto refusal = read_content_type(head.content_type, job)) return *std::move(refusal);
  return job;
}

Routed predict_rich(const RequestHead& head, std::string_view query) {
  const auto parameters = parse_predict_query(query);
  if (!parameters) return problem(400, "bad_parameter", parameters.error());
  PredictJob job{.form = AnswerForm::kRich,
                 .windows = {.hop = parameters->hop,
                             .keep_features = parameters->json.features,
                             .feature_set = parameters->feature_set},
                 .json = parameters->json};
  if (auto refusal = read_content_type(head.content_type, job)) return *std::move(refusal);
  return job;
}

Response live(const RequestHead&, const ServerStatus&) { return server_live(); }
Response ready(const RequestHead&, const ServerStatus& status) {
  return server_ready(status.ready && !status.stopping);
}
Response served_model_ready(const RequestHead&, const ServerStatus& status) {
  return model_ready(status.ready && !status.stopping);
}
Response describe_server(const RequestHead&, const ServerStatus&) { return server_metadata(); }
Response describe_served_model(const RequestHead&, const ServerStatus& status) {
  return model_metadata(status.model);
}

Routed infer_tensors(const RequestHead& head, std::string_view) {
  return InferenceJob{std::string(head.inference_header_length)};
}

Routed reload(const RequestHead&, std::string_view) { return Reload{}; }

Response web_page(const RequestHead& head, const ServerStatus&) {
  return page(path_of(head.target), head.accept_encoding, head.if_none_match);
}

// Of all the page's files, so that metrics count them as one.
constexpr Route kPage = {"/ and /assets", Access::kOpen, web_page, nullptr};

constexpr std::array kRoutes = {
    Route{"/predict", Access::kClients, nullptr, predict_original},
    Route{"/v1/predict", Access::kClients, nullptr, predict_rich},
    Route{"/v1/model", Access::kClients, describe_model, nullptr},
    Route{"/v1/model/reload", Access::kAdmin, nullptr, reload},
    Route{"/v2", Access::kClients, describe_server, nullptr},
    Route{"/v2/health/live", Access::kOpen, live, nullptr},
    Route{"/v2/health/ready", Access::kOpen, ready, nullptr},
    Route{"/v2/models/genre", Access::kClients, describe_served_model, nullptr},
    Route{"/v2/models/genre/ready", Access::kOpen, served_model_ready, nullptr},
    Route{"/v2/models/genre/infer", Access::kClients, nullptr, infer_tensors},
    Route{"/v2/models/genre/versions/1", Access::kClients, describe_served_model, nullptr},
    Route{"/v2/models/genre/versions/1/ready", Access::kOpen, served_model_ready, nullptr},
    Route{"/v2/models/genre/versions/1/infer", Access::kClients, nullptr, infer_tensors},
    Route{"/healthz", Access::kOpen, health, nullptr},
    Route{"/readyz", Access::kOpen, readiness, nullptr},
    Route{"/openapi.json", Access::kOpen, openapi, nullptr},
    Route{"/metrics", Access::kClients, metrics, nullptr},
};

Response method_not_allowed(const RequestHead& head, std::string_view path,
                            std::string_view allow) {
  Response response = problem(405, "method_not_allowed",
                              fmt::format("{} answers {}, not {}.", path, allow, head.method));
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

const Route* find_route(std::string_view path) {
  const auto* const found = std::ranges::find(kRoutes, path, &Route::path);
  if (found != kRoutes.end()) return found;
  return is_page(path) ? &kPage : nullptr;
}

Routed follow(const Route* route, const RequestHead& head, const ServerStatus& status) {
  const auto path = path_of(head.target);
  if (!route) return problem(404, "not_found", fmt::format("There is nothing at {}.", path));
  if (route->post && head.method == "POST") {
    return route->post(head, head.target.substr(std::min(path.size() + 1, head.target.size())));
  }
  if (route->get && (head.method == "GET" || head.method == "HEAD"))
    return route->get(head, status);
  return method_not_allowed(head, path, route->methods());
}

}  // namespace genre::server
