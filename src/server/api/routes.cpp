#include "server/api/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/header_value.h"
#include "http/multipart.h"
#include "http/negotiation.h"
#include "http/problem.h"
#include "http/target.h"
#include "server/api/model_metadata.h"
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

constexpr std::string_view kJobs = "/v1/jobs/{job}";

http::Reply health(const RequestHead&, const ServerStatus&, const ModelChoice&) {
  return http::Response{.body = R"({"status":"ok"})"};
}

http::Reply readiness(const RequestHead&, const ServerStatus& status, const ModelChoice&) {
  if (status.stopping) {
    return tl::make_unexpected(http::busy("stopping", "The server is shutting down."));
  }
  if (!status.ready) {
    return tl::make_unexpected(
        http::busy("not_ready", "The model has not passed its self-test yet."));
  }
  return http::Response{.body = R"({"status":"ready"})"};
}

// Compressed once: its size would hold up the I/O thread at each request.
http::Reply openapi(const RequestHead& head, const ServerStatus&, const ModelChoice&) {
  static const std::string etag = http::weak_etag({genre_openapi, genre_openapi_end});
  const auto made = [](std::string_view accept_encoding) {
    http::Response response{.body = {genre_openapi, genre_openapi_end},
                            .headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}}};
    http::compress(response, accept_encoding);
    return response;
  };
  static const std::map<http::Coding, http::Response> responses = [&] {
    std::map<http::Coding, http::Response> all;
    all.emplace(http::Coding::kIdentity, made(""));
    for (const auto coding : http::kCodings) all.emplace(coding, made(http::name_of(coding)));
    return all;
  }();
  http::Response response = responses.at(http::preferred_coding(head.accept_encoding));
  if (!http::matches(head.if_none_match, etag)) return response;
  response.status = 304;
  response.body.clear();
  std::erase_if(response.headers,
                [](const auto& field) { return field.first == "Content-Encoding"; });
  return response;
}

http::Reply metrics(const RequestHead&, const ServerStatus& status, const ModelChoice&) {
  return http::Response{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                        .body = status.metrics()};
}

// Sets the boundary if the body is multipart. Any other type is accepted: clients label audio
// in many ways (application/ogg, video/ogg, binary/octet-stream, what curl sends without being
// asked), and the bytes show better what they are. Returns why the type is refused, or nothing.
std::optional<http::Problem> read_content_type(std::string_view text,
                                               std::optional<std::string>& found) {
  if (text.empty()) return std::nullopt;
  const auto type = http::parse_header_value(text);
  if (!type) {
    return http::Problem{400, "malformed_request", "The Content-Type header is malformed."};
  }
  if (!type->value.starts_with("multipart/")) return std::nullopt;
  if (type->value != "multipart/form-data") {
    return http::Problem{
        415, "unsupported_media_type",
        fmt::format("Content-Type {} is not supported. Use multipart/form-data with the audio in "
                    "the field \"file\", or send the audio as the body.",
                    type->value)};
  }
  const std::string* boundary = type->parameter("boundary");
  if (!boundary || boundary->empty() || boundary->size() > http::kMaxBoundary) {
    return http::Problem{
        400, "malformed_multipart",
        fmt::format("multipart/form-data needs a parameter boundary of 1 to {} bytes.",
                    http::kMaxBoundary)};
  }
  found = *boundary;
  return std::nullopt;
}

tl::expected<Action, http::Problem> predict_original(const RequestHead& head, const ServerStatus&,
                                                     const ModelChoice& model) {
  auto parameters = parse_original_query(http::query_of(head.target));
  if (!parameters) {
    return tl::make_unexpected(http::Problem{400, "bad_parameter", parameters.error()});
  }
  PredictJob job{.form = ResponseForm::kOriginal, .query = *std::move(parameters)};
  if (auto problem = read_content_type(head.content_type, job.boundary)) {
    return tl::make_unexpected(*std::move(problem));
  }
  return Job{model.index, std::move(job)};
}

tl::expected<Action, http::Problem> predict_rich(const RequestHead& head, const ServerStatus&,
                                                 const ModelChoice& model) {
  auto parameters = parse_predict_query(http::query_of(head.target));
  if (!parameters) {
    return tl::make_unexpected(http::Problem{400, "bad_parameter", parameters.error()});
  }
  PredictJob job{.form = ResponseForm::kRich, .query = *std::move(parameters)};
  if (auto problem = read_content_type(head.content_type, job.boundary)) {
    return tl::make_unexpected(*std::move(problem));
  }
  return Job{model.index, std::move(job)};
}

tl::expected<Action, http::Problem> stream(const RequestHead& head, const ServerStatus&,
                                           const ModelChoice& model) {
  auto query = parse_live_query(http::query_of(head.target));
  if (!query) {
    return tl::make_unexpected(http::Problem{400, "bad_parameter", std::move(query.error())});
  }
  const bool events = head.accept.find("text/event-stream") != std::string_view::npos;
  const auto form = head.websocket ? LiveJob::Form::kWebSocket
                    : events       ? LiveJob::Form::kServerSentEvents
                                   : LiveJob::Form::kLines;
  return Job{model.index, LiveJob{*std::move(query), form}};
}

tl::expected<Action, http::Problem> peaks(const RequestHead& head, const ServerStatus&,
                                          const ModelChoice&) {
  auto parameters = parse_peaks_query(http::query_of(head.target));
  if (!parameters) {
    return tl::make_unexpected(http::Problem{400, "bad_parameter", parameters.error()});
  }
  PeaksJob job{.query = *parameters};
  if (auto problem = read_content_type(head.content_type, job.boundary)) {
    return tl::make_unexpected(*std::move(problem));
  }
  return Job{.work = std::move(job)};
}

http::Reply live(const RequestHead&, const ServerStatus&, const ModelChoice&) {
  return server_live();
}
http::Reply ready(const RequestHead&, const ServerStatus& status, const ModelChoice&) {
  return server_ready(status.ready && !status.stopping);
}
http::Reply describe_server(const RequestHead&, const ServerStatus&, const ModelChoice&) {
  return server_metadata();
}

// A misspelled parameter would lead to the default model.
std::optional<http::Problem> check_only_model(std::string_view target) {
  const auto other = find_other_than_model(http::query_of(target));
  if (!other) return std::nullopt;
  return http::Problem{
      400, "bad_parameter",
      fmt::format("Unknown parameter {}. The only parameter is {}.", *other, kModelParameter)};
}

http::Reply model(const RequestHead& head, const ServerStatus& status, const ModelChoice& model) {
  if (auto problem = check_only_model(head.target)) return tl::make_unexpected(*std::move(problem));
  return describe_model(*status.info(model.index), status.hears_tags(model.index));
}
http::Reply models(const RequestHead&, const ServerStatus& status, const ModelChoice&) {
  return list_models(status.models);
}
http::Reply v1_model(const RequestHead&, const ServerStatus& status, const ModelChoice& model) {
  return model_status(model.name, status.ready && !status.stopping);
}
http::Reply v2_model(const RequestHead&, const ServerStatus& status, const ModelChoice& model) {
  return model_metadata(model.name, *status.info(model.index));
}
http::Reply v2_ready(const RequestHead&, const ServerStatus& status, const ModelChoice& model) {
  return model_ready(model.name, status.ready && !status.stopping);
}
http::Reply v2_config(const RequestHead&, const ServerStatus& status, const ModelChoice& model) {
  return model_config(model.name, *status.info(model.index));
}
http::Reply v2_stats(const RequestHead&, const ServerStatus& status, const ModelChoice& model) {
  const ModelStatistics one{model.name, status.statistics(model.index)};
  return model_statistics({&one, 1});
}
http::Reply v2_all_stats(const RequestHead&, const ServerStatus& status, const ModelChoice&) {
  std::vector<ModelStatistics> all;
  for (std::size_t i = 0; i < status.models.size(); ++i) {
    all.push_back({status.models[i], status.statistics(i)});
  }
  return model_statistics(all);
}

tl::expected<Action, http::Problem> index(const RequestHead&, const ServerStatus& status,
                                          const ModelChoice&) {
  return repository_index(status.models, status.ready);
}

tl::expected<Action, http::Problem> infer_tensors(const RequestHead& head, const ServerStatus&,
                                                  const ModelChoice& model) {
  return Job{model.index,
             InferenceJob{std::string(model.name), std::string(head.inference_header_length)}};
}

tl::expected<Action, http::Problem> infer_instances(const RequestHead&, const ServerStatus&,
                                                    const ModelChoice& model) {
  return Job{model.index, InstancesJob{}};
}

tl::expected<Action, http::Problem> reload(const RequestHead& head, const ServerStatus&,
                                           const ModelChoice& model) {
  if (auto problem = check_only_model(head.target)) return tl::make_unexpected(*std::move(problem));
  return Reload{model.index};
}

std::string_view job_in(const RequestHead& head) {
  return part_in_path(kJobs, http::path_of(head.target)).value_or("");
}
http::Reply get_job(const RequestHead& head, const ServerStatus& status, const ModelChoice&) {
  return status.get_job(job_in(head));
}
http::Reply remove_job(const RequestHead& head, const ServerStatus& status, const ModelChoice&) {
  return status.remove_job(job_in(head));
}

http::Reply web_page(const RequestHead& head, const ServerStatus&, const ModelChoice&) {
  return page(http::path_of(head.target), head.accept_encoding, head.if_none_match);
}

constexpr auto kOpen = http::Access::kOpen;
constexpr auto kClients = http::Access::kClients;
constexpr auto kAdmin = http::Access::kAdmin;

// One route for all files of the page, so that metrics count them together.
constexpr Route kPage = {"/ and /assets", kOpen, web_page, nullptr};

constexpr Route kNoRoute = {"other", kOpen, nullptr, nullptr};
constexpr Route kNoKServeRoute = {"other", kOpen, nullptr, nullptr, to_inference_error};

constexpr bool kTakesModel = true, kPredicts = true;

// Metadata of the protocols of KServe and Triton, in their form of errors.
constexpr Route kserve(std::string_view path, http::Access access, decltype(Route::get) get,
                       decltype(Route::post) post) {
  const bool takes_model = path.find(kModelInPath) != std::string_view::npos;
  return {path, access, get, post, to_inference_error, takes_model};
}

constexpr Route metadata(Route route) {
  route.predicts = false;
  return route;
}

// A request has the first route that matches its path.
constexpr std::array kRoutes = {
    Route{"/predict", kClients, nullptr, predict_original, http::to_response, kTakesModel},
    Route{"/v1/predict", kClients, nullptr, predict_rich, http::to_response, kTakesModel},
    Route{kJobs, kClients, get_job, nullptr, http::to_response, false, kPredicts, nullptr,
          remove_job},
    Route{"/v1/peaks", kClients, nullptr, peaks},
    Route{"/v1/stream", kClients, nullptr, stream, http::to_response, kTakesModel},
    Route{"/v1/live", kClients, nullptr, nullptr, http::to_response, kTakesModel, kPredicts,
          stream},
    Route{"/v1/model", kClients, model, nullptr, http::to_response, kTakesModel},
    Route{"/v1/model/reload", kAdmin, nullptr, reload, http::to_response, kTakesModel},
    Route{"/v1/models", kClients, models, nullptr},
    kserve("/v1/models/{model}:predict", kClients, nullptr, infer_instances),
    kserve("/v1/models/{model}", kClients, v1_model, nullptr),
    Route{"/healthz", kOpen, health, nullptr},
    Route{"/readyz", kOpen, readiness, nullptr},
    Route{"/openapi.json", kOpen, openapi, nullptr},
    Route{"/metrics", kClients, metrics, nullptr},
};

constexpr std::array kV2Routes = {
    kserve("/v2", kClients, describe_server, nullptr),
    kserve("/v2/health/live", kOpen, live, nullptr),
    kserve("/v2/health/ready", kOpen, ready, nullptr),
    metadata(kserve("/v2/repository/index", kClients, nullptr, index)),
    kserve("/v2/models/stats", kClients, v2_all_stats, nullptr),
    kserve("/v2/models/{model}", kClients, v2_model, nullptr),
    kserve("/v2/models/{model}/ready", kOpen, v2_ready, nullptr),
    kserve("/v2/models/{model}/config", kClients, v2_config, nullptr),
    kserve("/v2/models/{model}/stats", kClients, v2_stats, nullptr),
    kserve("/v2/models/{model}/infer", kClients, nullptr, infer_tensors),
    kserve("/v2/models/{model}/versions/1", kClients, v2_model, nullptr),
    kserve("/v2/models/{model}/versions/1/ready", kOpen, v2_ready, nullptr),
    kserve("/v2/models/{model}/versions/1/config", kClients, v2_config, nullptr),
    kserve("/v2/models/{model}/versions/1/stats", kClients, v2_stats, nullptr),
    kserve("/v2/models/{model}/versions/1/infer", kClients, nullptr, infer_tensors),
};

http::Problem method_not_allowed(const RequestHead& head, std::string_view path,
                                 std::string_view allow) {
  return {.status = 405,
          .code = "method_not_allowed",
          .detail = fmt::format("{} supports {}, not {}.", path, allow, head.method),
          .headers = {{"Allow", std::string(allow)}}};
}

bool is_v2(std::string_view path) { return path == "/v2" || path.starts_with("/v2/"); }

// Whether errors there have the form of KServe's protocols.
bool is_kserve(std::string_view path) { return is_v2(path) || path.starts_with("/v1/models/"); }

}  // namespace

const Route& no_route(std::string_view path) { return is_kserve(path) ? kNoKServeRoute : kNoRoute; }

const Route& find_route(std::string_view path) {
  const std::span<const Route> routes = is_v2(path) ? std::span<const Route>(kV2Routes) : kRoutes;
  const auto found = std::ranges::find_if(
      routes, [path](const Route& route) { return matches(route.path, path); });
  if (found != routes.end()) return *found;
  return is_page(path) ? kPage : no_route(path);
}

http::Problem not_found(std::string_view path) {
  return {404, "not_found", fmt::format("There is nothing at {}.", path)};
}

tl::expected<Action, http::Problem> dispatch(const Route& route, const RequestHead& head,
                                             const ServerStatus& status) {
  const auto path = http::path_of(head.target);
  if (!route.exists()) {
    return tl::make_unexpected(not_found(path));
  }
  const bool gets = route.get && (head.method == "GET" || head.method == "HEAD");
  const bool upgrades = route.upgrade && head.method == "GET";
  const bool removes = route.remove && head.method == "DELETE";
  if (!gets && !upgrades && !removes && !(route.post && head.method == "POST")) {
    return tl::make_unexpected(method_not_allowed(head, path, route.methods()));
  }
  if (upgrades && !head.websocket) {
    return tl::make_unexpected(
        http::Problem{.status = 426,
                      .code = "upgrade_required",
                      .detail = fmt::format("{} is for WebSocket, version 13.", path),
                      .headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}});
  }
  ModelChoice model;
  if (route.takes_model) {
    // Names are not for clients without a token.
    const bool list_names = route.access != http::Access::kOpen;
    auto chosen = choose_model(route.path, head.target, status.models, list_names);
    if (!chosen) return tl::make_unexpected(std::move(chosen.error()));
    model = *chosen;
  }
  if (upgrades) return route.upgrade(head, status, model);
  if (!gets && !removes) return route.post(head, status, model);
  // Not left to the conversion of tl::expected, which leaks in Debian's version: it constructs an
  // Action, and then another one over it.
  return (removes ? route.remove : route.get)(head, status, model)
      .map([](http::Response&& response) { return Action(std::move(response)); });
}

}  // namespace genre::server
