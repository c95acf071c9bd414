// The routes, and how a request is dispatched by its head.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "genre/model.h"
#include "http/gate.h"
#include "http/problem.h"
#include "server/api/live_query.h"
#include "server/api/model_choice.h"
#include "server/api/peaks_job.h"
#include "server/api/predict_job.h"
#include "server/statistics.h"

namespace genre::server {

// In the path of a route it stands for the id of a job.
inline constexpr std::string_view kJobInPath = "{job}";

struct RequestHead {
  std::string_view method;
  std::string_view target;  // path and query
  // Empty if the request has none.
  std::string_view content_type;
  std::string_view inference_header_length = {};
  std::string_view accept_encoding = {};
  std::string_view if_none_match = {};
  std::string_view accept = {};
  bool websocket = false;  // it is a handshake of WebSocket
};

// The server's state, for responses that report it.
struct ServerStatus {
  std::span<const std::string> models;  // the names of those in service
  bool ready = true;                    // all models have passed their self-test
  bool stopping = false;                // only requests in progress are finished
  // Of the model at an index.
  std::function<std::shared_ptr<const ModelInfo>(std::size_t)> info = {};
  std::function<bool(std::size_t)> hears_tags = {};
  std::function<Statistics(std::size_t)> statistics = {};
  std::function<std::string()> metrics = {};  // Prometheus' text
  // By the id of a job.
  std::function<http::Reply(std::string_view)> get_job = {}, remove_job = {};
};

struct InferenceJob {
  std::string model_name;     // in the response
  std::string header_length;  // for infer
};
struct InstancesJob {};  // KServe's v1 protocol

// A live prediction: its body is handled while it arrives.
struct LiveJob {
  enum class Form { kLines, kServerSentEvents, kWebSocket };
  LiveQuery query;
  Form form = Form::kLines;
};

// The work that needs the body.
struct Job {
  std::size_t model = 0;  // its index
  std::variant<PredictJob, InferenceJob, InstancesJob, PeaksJob, LiveJob> work = {};
};

struct Reload {
  std::size_t model = 0;  // its index
};

// The result of dispatch: a response that needs no body, a job, or a reload.
using Action = std::variant<http::Response, Job, Reload>;

struct Route {
  std::string_view path;  // may contain kModelInPath or kJobInPath; also the label of the metrics
  http::Access access;
  // At most one of get and post is set. With none, the path does not exist.
  http::Reply (*get)(const RequestHead& head, const ServerStatus& status,
                     const ModelChoice& model);  // GET and HEAD
  tl::expected<Action, http::Problem> (*post)(const RequestHead& head, const ServerStatus& status,
                                              const ModelChoice& model);
  // Renders problems in the form of the route's protocol.
  http::Response (*render)(const http::Problem& problem) = http::to_response;
  bool takes_model = false;  // in its path or its query
  bool predicts = true;      // POST: the rate limit counts it
  // Takes WebSockets only; get and post are not set.
  decltype(post) upgrade = nullptr;
  decltype(get) remove = nullptr;  // DELETE, beside get

  [[nodiscard]] bool exists() const { return get || post || upgrade; }
  [[nodiscard]] std::string_view methods() const {
    if (post) return "POST";
    if (upgrade) return "GET";
    return remove ? "GET, HEAD, DELETE" : "GET, HEAD";
  }
};

// The route at this path, or no_route.
[[nodiscard]] const Route& find_route(std::string_view path);

// A route that does not exist. It still renders problems: under /v2 and /v1/models/ in the form of
// KServe's protocols.
[[nodiscard]] const Route& no_route(std::string_view path);

// 404.
[[nodiscard]] http::Problem not_found(std::string_view path);

// route: the one at the head's target.
[[nodiscard]] tl::expected<Action, http::Problem> dispatch(const Route& route,
                                                           const RequestHead& head,
                                                           const ServerStatus& status);

}  // namespace genre::server
