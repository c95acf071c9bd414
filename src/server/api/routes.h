// Which request gets which answer, as far as its head tells.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "genre/model.h"
#include "http/gate.h"
#include "http/problem.h"
#include "server/api/predict_job.h"

namespace genre::server {

struct RequestHead {
  std::string_view method;
  std::string_view target;                        // path and query
  std::string_view content_type;                  // empty if the request has none
  std::string_view inference_header_length = {};  // likewise, as the next
  std::string_view accept_encoding = {};
  std::string_view if_none_match = {};
};

// What answers tell of the server.
struct ServerStatus {
  const ModelInfo& model;
  bool ready = true;                          // the model has passed its self-test
  bool stopping = false;                      // finishes what it has begun
  std::function<std::string()> metrics = {};  // Prometheus' text
};

struct InferenceJob {
  std::string header_length;  // for infer
};
struct Reload {};  // the model, and answer how that went

using Routed = std::variant<http::Response, http::Problem, PredictJob, InferenceJob, Reload>;

struct Route {
  std::string_view path;
  http::Access access;
  // Either of them may be null.
  http::Reply (*get)(const RequestHead& head, const ServerStatus& status);  // GET and HEAD
  Routed (*post)(const RequestHead& head, std::string_view query);

  [[nodiscard]] std::string_view methods() const { return post ? "POST" : "GET, HEAD"; }
};

// The target without its query.
[[nodiscard]] std::string_view path_of(std::string_view target);

// A problem as clients of this path expect it.
[[nodiscard]] http::Response render(const http::Problem& problem, std::string_view path);

// Null where there is nothing at this path.
[[nodiscard]] const Route* find_route(std::string_view path);

// The answer, or the work to do once the body is there. route: the one of the head's target.
[[nodiscard]] Routed follow(const Route* route, const RequestHead& head,
                            const ServerStatus& status);

}  // namespace genre::server
