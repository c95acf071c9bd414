#include "server/api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/json_text.h"
#include "http/header_value.h"
#include "http/multipart.h"
#include "http/problem.h"
#include "server/api/open_inference.h"
#include "server/api/open_inference_metadata.h"
#include "server/api/query.h"
#include "server/page/page.h"

extern "C" {  // defined in openapi.S
extern const char genre_openapi[];
extern const char genre_openapi_end[];
}

namespace genre::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kOriginalDuration = 3.0;  // s; how much the original service looked at

http::Reply health(const RequestHead&, const ServerStatus&) {
  return http::Response{.body = R"({"status":"ok"})"};
}

http::Reply readiness(const RequestHead&, const ServerStatus& status) {
  if (status.stopping)
    return tl::make_unexpected(http::busy("stopping", "The server is shutting down."));
  if (!status.ready)
    return tl::make_unexpected(
        http::busy("not_ready", "The model has not passed its self-test yet."));
  return http::Response{.body = R"({"status":"ready"})"};
}

http::Reply openapi(const RequestHead&, const ServerStatus&) {
  return http::Response{.body = {genre_openapi, genre_openapi_end}};
}

http::Reply metrics(const RequestHead&, const ServerStatus& status) {
  return http::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = status.metrics()};
}

// A metadata entry that is JSON itself; null where the model has none.
Json metadata(const ModelInfo& model, const char* key) {
  const auto entry = model.metadata.find(key);
  if (entry == model.metadata.end()) return nullptr;
  Json json = Json::parse(entry->second, nullptr, false);
  return json.is_discarded() ? Json(entry->second) : json;
}

http::Reply describe_model(const RequestHead&, const ServerStatus& status) {
  const ModelInfo& model = status.model;
  const Json json = {{"name", model.name},
                     {"feature_set", to_string(model.feature_set)},
                     {"pad_mode", to_string(model.pad_mode)},
                     {"labels", model.labels},
                     {"provenance", metadata(model, metadata_key::kProvenance)},
                     {"figures", metadata(model, metadata_key::kFigures)}};
  return http::Response{.body = base::json_text(json)};
}

// What curl --data-binary says unless it is told better.
constexpr std::string_view kCurlType = "application/x-www-form-urlencoded";

// How the body holds the file; on success the job's boundary is set.
std::optional<http::Problem> read_content_type(std::string_view text, PredictJob& job) {
  if (text.empty()) return std::nullopt;  // RFC 9110: may be taken for application/octet-stream
  const auto type = http::parse_header_value(text);
  if (!type)
    return http::Problem{400, "malformed_request", "The Content-Type header is malformed."};
  if (type->value.starts_with("audio/") || type->value == "application/octet-stream" ||
      type->value == kCurlType) {
    return std::nullopt;
  }
  if (type->value != "multipart/form-data") {
    return http::Problem{
        415, "unsupported_media_type",
        fmt::format("Content-Type {} is none of multipart/form-data (with the audio in "
                    "the field \"file\"), audio/* and application/octet-stream.",
                    type->value)};
  }
  const std::string* boundary = type->parameter("boundary");
  if (!boundary || boundary->empty() || boundary->size() > http::kMaxBoundary) {
    return http::Problem{
        400, "malformed_multipart",
        fmt::format("multipart/form-data needs a parameter boundary of 1 to {} bytes.",
                    http::kMaxBoundary)};
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
  if (!parameters) return http::Problem{400, "bad_parameter", parameters.error()};
  PredictJob job{.form = AnswerForm::kRich,
                 .windows = {.hop = parameters->hop,
                             .keep_features = parameters->json.features,
                             .feature_set = parameters->feature_set},
                 .json = parameters->json};
  if (auto refusal = read_content_type(head.content_type, job)) return *std::move(refusal);
  return job;
}

http::Reply live(const RequestHead&, const ServerStatus&) { return server_live(); }
http::Reply ready(const RequestHead&, const ServerStatus& status) {
  return server_ready(status.ready && !status.stopping);
}
http::Reply served_model_ready(const RequestHead&, const ServerStatus& status) {
  return model_ready(status.ready && !status.stopping);
}
http::Reply describe_server(const RequestHead&, const ServerStatus&) { return server_metadata(); }
http::Reply describe_served_model(const RequestHead&, const ServerStatus& status) {
  return model_metadata(status.model);
}

Routed infer_tensors(const RequestHead& head, std::string_view) {
  return InferenceJob{std::string(head.inference_header_length)};
}

Routed reload(const RequestHead&, std::string_view) { return Reload{}; }

http::Reply web_page(const RequestHead& head, const ServerStatus&) {
  return page(path_of(head.target), head.accept_encoding, head.if_none_match);
}

// Of all the page's files, so that metrics count them as one.
constexpr Route kPage = {"/ and /assets", http::Access::kOpen, web_page, nullptr};

constexpr std::array kRoutes = {
    Route{"/predict", http::Access::kClients, nullptr, predict_original},
    Route{"/v1/predict", http::Access::kClients, nullptr, predict_rich},
    Route{"/v1/model", http::Access::kClients, describe_model, nullptr},
    Route{"/v1/model/reload", http::Access::kAdmin, nullptr, reload},
    Route{"/v2", http::Access::kClients, describe_server, nullptr},
    Route{"/v2/health/live", http::Access::kOpen, live, nullptr},
    Route{"/v2/health/ready", http::Access::kOpen, ready, nullptr},
    Route{"/v2/models/genre", http::Access::kClients, describe_served_model, nullptr},
    Route{"/v2/models/genre/ready", http::Access::kOpen, served_model_ready, nullptr},
    Route{"/v2/models/genre/infer", http::Access::kClients, nullptr, infer_tensors},
    Route{"/v2/models/genre/versions/1", http::Access::kClients, describe_served_model, nullptr},
    Route{"/v2/models/genre/versions/1/ready", http::Access::kOpen, served_model_ready, nullptr},
    Route{"/v2/models/genre/versions/1/infer", http::Access::kClients, nullptr, infer_tensors},
    Route{"/healthz", http::Access::kOpen, health, nullptr},
    Route{"/readyz", http::Access::kOpen, readiness, nullptr},
    Route{"/openapi.json", http::Access::kOpen, openapi, nullptr},
    Route{"/metrics", http::Access::kClients, metrics, nullptr},
};

http::Problem method_not_allowed(const RequestHead& head, std::string_view path,
                                 std::string_view allow) {
  return {.status = 405,
          .code = "method_not_allowed",
          .detail = fmt::format("{} answers {}, not {}.", path, allow, head.method),
          .headers = {{"Allow", std::string(allow)}}};
}

}  // namespace

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

http::Response render(const http::Problem& problem, std::string_view path) {
  return path.starts_with("/v2") ? to_inference_error(problem) : http::to_response(problem);
}

const Route* find_route(std::string_view path) {
  const auto* const found = std::ranges::find(kRoutes, path, &Route::path);
  if (found != kRoutes.end()) return found;
  return is_page(path) ? &kPage : nullptr;
}

Routed follow(const Route* route, const RequestHead& head, const ServerStatus& status) {
  const auto path = path_of(head.target);
  if (!route) return http::Problem{404, "not_found", fmt::format("There is nothing at {}.", path)};
  if (route->post && head.method == "POST") {
    return route->post(head, head.target.substr(std::min(path.size() + 1, head.target.size())));
  }
  if (route->get && (head.method == "GET" || head.method == "HEAD")) {
    auto reply = route->get(head, status);
    if (!reply) return std::move(reply.error());
    return *std::move(reply);
  }
  return method_not_allowed(head, path, route->methods());
}

}  // namespace genre::server
