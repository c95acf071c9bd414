// The routes, and what a request's head asks for.
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

// What responses say about the server.
struct ServerStatus {
  const ModelInfo& model;
  bool ready = true;                          // the model has passed its self-test
  bool stopping = false;                      // it finishes the requests in progress
  std::function<std::string()> metrics = {};  // Prometheus' text
};

struct InferenceJob {
  std::string header_length;  // for infer
};
// The work on a body.
using Job = std::variant<PredictJob, InferenceJob>;

struct Reload {};  // of the model

// What a head asks for: a response that needs no body, a job, or a reload.
using Action = std::variant<http::Response, Job, Reload>;

struct Route {
  std::string_view path;  // also the label of the metrics
  http::Access access;
  // One of them, or none: then there is nothing at the path.
  http::Reply (*get)(const RequestHead& head, const ServerStatus& status);  // GET and HEAD
  tl::expected<Action, http::Problem> (*post)(const RequestHead& head, std::string_view query);
  // Problems in the form that the route's clients know.
  http::Response (*render)(const http::Problem& problem) = http::to_response;

  [[nodiscard]] bool exists() const { return get || post; }
  [[nodiscard]] std::string_view methods() const { return post ? "POST" : "GET, HEAD"; }
};

// The route at this path, or no_route.
[[nodiscard]] const Route& find_route(std::string_view path);

// A route that does not exist. It still renders problems: below /v2 as the Open Inference Protocol
// has it.
[[nodiscard]] const Route& no_route(std::string_view path);

// route: the one at the head's target.
[[nodiscard]] tl::expected<Action, http::Problem> dispatch(const Route& route,
                                                           const RequestHead& head,
                                                           const ServerStatus& status);

}  // namespace genre::server
