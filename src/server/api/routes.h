// The routes, and how a request is dispatched by its head.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "genre/model.h"
#include "http/gate.h"
#include "http/problem.h"
#include "server/api/predict_job.h"

namespace genre::server {

struct RequestHead {
  std::string_view method;
  std::string_view target;  // path and query
  // Empty if the request has none.
  std::string_view content_type;
  std::string_view inference_header_length = {};
  std::string_view accept_encoding = {};
  std::string_view if_none_match = {};
};

// The server's state, for responses that report it.
struct ServerStatus {
  const ModelInfo& model;
  bool ready = true;                          // the model has passed its self-test
  bool stopping = false;                      // only requests in progress are finished
  std::function<std::string()> metrics = {};  // Prometheus' text
};

struct InferenceJob {
  std::string header_length;  // for infer
};
// The work that needs the body.
using Job = std::variant<PredictJob, InferenceJob>;

struct Reload {};  // of the model

// The result of dispatch: a response that needs no body, a job, or a reload.
using Action = std::variant<http::Response, Job, Reload>;

struct Route {
  std::string_view path;  // also the label of the metrics
  http::Access access;
  // At most one is set. With none, the path does not exist.
  http::Reply (*get)(const RequestHead& head, const ServerStatus& status);  // GET and HEAD
  tl::expected<Action, http::Problem> (*post)(const RequestHead& head, std::string_view query);
  // Renders problems in the form of the route's protocol.
  http::Response (*render)(const http::Problem& problem) = http::to_response;

  [[nodiscard]] bool exists() const { return get || post; }
  [[nodiscard]] std::string_view methods() const { return post ? "POST" : "GET, HEAD"; }
};

// The route at this path, or no_route.
[[nodiscard]] const Route& find_route(std::string_view path);

// A route that does not exist. It still renders problems: under /v2 in the form of the Open
// Inference Protocol.
[[nodiscard]] const Route& no_route(std::string_view path);

// 404.
[[nodiscard]] http::Problem not_found(std::string_view path);

// route: the one at the head's target.
[[nodiscard]] tl::expected<Action, http::Problem> dispatch(const Route& route,
                                                           const RequestHead& head,
                                                           const ServerStatus& status);

}  // namespace genre::server
