#include "server/api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/json_text.h"
#include "http/header_value.h"
#include "http/multipart.h"
#include "http/problem.h"
#include "http/target.h"
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

constexpr double kOriginalDuration = 3.0;  // s; the original service used the first 3 s

http::Reply health(const RequestHead&, const ServerStatus&) {
  return http::Response{.body = R"({"status":"ok"})"};
}

http::Reply readiness(const RequestHead&, const ServerStatus& status) {
  if (status.stopping) {
    return tl::make_unexpected(http::busy("stopping", "The server is shutting down."));
  }
  if (!status.ready) {
    return tl::make_unexpected(
        http::busy("not_ready", "The model has not passed its self-test yet."));
  }
  return http::Response{.body = R"({"status":"ready"})"};
}

http::Reply openapi(const RequestHead&, const ServerStatus&) {
  return http::Response{.body = {genre_openapi, genre_openapi_end}};
}

http::Reply metrics(const RequestHead&, const ServerStatus& status) {
  return http::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = status.metrics()};
}

// A metadata entry, parsed if it is JSON. Null if the model has none.
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

// The type that curl --data-binary sends by default.
constexpr std::string_view kCurlType = "application/x-www-form-urlencoded";

// Sets the job's boundary if the body is multipart. Returns why the type is refused, or nothing.
std::optional<http::Problem> read_content_type(std::string_view text, PredictJob& job) {
  if (text.empty()) return std::nullopt;  // RFC 9110 allows to assume application/octet-stream
  const auto type = http::parse_header_value(text);
  if (!type) {
    return http::Problem{400, "malformed_request", "The Content-Type header is malformed."};
  }
  if (type->value.starts_with("audio/") || type->value == "application/octet-stream" ||
      type->value == kCurlType) {
    return std::nullopt;
  }
  if (type->value != "multipart/form-data") {
    return http::Problem{
        415, "unsupported_media_type",
        fmt::format("Content-Type {} is not supported. Use multipart/form-data (with the audio "
                    "in the field \"file\"), audio/* or application/octet-stream.",
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

tl::expected<Action, http::Problem> predict_original(const RequestHead& head, std::string_view) {
  PredictJob job{.form = ResponseForm::kOriginal, .windows = {.duration = kOriginalDuration}};
  if (auto problem = read_content_type(head.content_type, job)) {
    return tl::make_unexpected(*std::move(problem));
  }
  return job;
}

tl::expected<Action, http::Problem> predict_rich(const RequestHead& head, std::string_view query) {
  const auto parameters = parse_predict_query(query);
  if (!parameters) {
    return tl::make_unexpected(http::Problem{400, "bad_parameter", parameters.error()});
  }
  PredictJob job{.form = ResponseForm::kRich,
                 .windows = {.hop = parameters->hop,
                             .keep_features = parameters->json.features,
                             .feature_set = parameters->feature_set},
                 .track = parameters->track,
                 .json = parameters->json};
  if (auto problem = read_content_type(head.content_type, job)) {
    return tl::make_unexpected(*std::move(problem));
  }
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

tl::expected<Action, http::Problem> infer_tensors(const RequestHead& head, std::string_view) {
  return InferenceJob{std::string(head.inference_header_length)};
}

tl::expected<Action, http::Problem> reload(const RequestHead&, std::string_view) {
  return Reload{};
}

http::Reply web_page(const RequestHead& head, const ServerStatus&) {
  return page(http::path_of(head.target), head.accept_encoding, head.if_none_match);
}

constexpr auto kOpen = http::Access::kOpen;
constexpr auto kClients = http::Access::kClients;
constexpr auto kAdmin = http::Access::kAdmin;

// One route for all files of the page, so that metrics count them together.
constexpr Route kPage = {"/ and /assets", kOpen, web_page, nullptr};

constexpr Route kNoRoute = {"other", kOpen, nullptr, nullptr};
constexpr Route kNoV2Route = {"other", kOpen, nullptr, nullptr, to_inference_error};

constexpr std::array kRoutes = {
    Route{"/predict", kClients, nullptr, predict_original},
    Route{"/v1/predict", kClients, nullptr, predict_rich},
    Route{"/v1/model", kClients, describe_model, nullptr},
    Route{"/v1/model/reload", kAdmin, nullptr, reload},
    Route{"/healthz", kOpen, health, nullptr},
    Route{"/readyz", kOpen, readiness, nullptr},
    Route{"/openapi.json", kOpen, openapi, nullptr},
    Route{"/metrics", kClients, metrics, nullptr},
};

constexpr Route v2(std::string_view path, http::Access access, decltype(Route::get) get,
                   decltype(Route::post) post) {
  return {path, access, get, post, to_inference_error};
}

constexpr std::array kV2Routes = {
    v2("/v2", kClients, describe_server, nullptr),
    v2("/v2/health/live", kOpen, live, nullptr),
    v2("/v2/health/ready", kOpen, ready, nullptr),
    v2("/v2/models/genre", kClients, describe_served_model, nullptr),
    v2("/v2/models/genre/ready", kOpen, served_model_ready, nullptr),
    v2("/v2/models/genre/infer", kClients, nullptr, infer_tensors),
    v2("/v2/models/genre/versions/1", kClients, describe_served_model, nullptr),
    v2("/v2/models/genre/versions/1/ready", kOpen, served_model_ready, nullptr),
    v2("/v2/models/genre/versions/1/infer", kClients, nullptr, infer_tensors),
};

http::Problem method_not_allowed(const RequestHead& head, std::string_view path,
                                 std::string_view allow) {
  return {.status = 405,
          .code = "method_not_allowed",
          .detail = fmt::format("{} supports {}, not {}.", path, allow, head.method),
          .headers = {{"Allow", std::string(allow)}}};
}

bool is_v2(std::string_view path) { return path == "/v2" || path.starts_with("/v2/"); }

}  // namespace

const Route& no_route(std::string_view path) { return is_v2(path) ? kNoV2Route : kNoRoute; }

const Route& find_route(std::string_view path) {
  const std::span<const Route> routes = is_v2(path) ? std::span<const Route>(kV2Routes) : kRoutes;
  const auto found = std::ranges::find(routes, path, &Route::path);
  if (found != routes.end()) return *found;
  return is_page(path) ? kPage : no_route(path);
}

tl::expected<Action, http::Problem> dispatch(const Route& route, const RequestHead& head,
                                             const ServerStatus& status) {
  const auto path = http::path_of(head.target);
  if (!route.exists()) {
    return tl::make_unexpected(
        http::Problem{404, "not_found", fmt::format("There is nothing at {}.", path)});
  }
  if (route.post && head.method == "POST") return route.post(head, http::query_of(head.target));
  if (route.get && (head.method == "GET" || head.method == "HEAD")) {
    // Not left to the conversion of tl::expected, which leaks in Debian's version: it constructs an
    // Action, and then another one over it.
    return route.get(head, status).map([](http::Response&& response) {
      return Action(std::move(response));
    });
  }
  return tl::make_unexpected(method_not_allowed(head, path, route.methods()));
}

}  // namespace genre::server
