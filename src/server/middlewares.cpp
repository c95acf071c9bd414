#include "server/middlewares.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/field.hpp>
#include <exception>
#include <memory>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <variant>

#include "http/negotiation.h"
#include "http/trace.h"
#include "http/websocket.h"
#include "predict/tags.h"
#include "server/api/error_response.h"
#include "server/api/open_inference_metadata.h"
#include "server/live/protocols.h"

namespace genre::server {
namespace {

using Field = boost::beast::http::field;

constexpr std::string_view kRequestId = "X-Request-Id";

std::string metrics_text(Service& service) {
  const AsyncJobs::Counts jobs = service.jobs.counts(AsyncJobs::Clock::now());
  return service.metrics.text({.queue_depth = service.workers.queue_depth(),
                               .in_flight_bytes = service.state.budget.used(),
                               .connections = service.n_connections(),
                               .streams = service.live.size(),
                               .jobs_unfinished = jobs.unfinished,
                               .job_results = jobs.results,
                               .ready = service.ready && !service.state.stopping,
                               .log_lines_dropped = service.log.n_dropped()});
}

tl::expected<Action, http::Problem> action_of(const Request& request) {
  Service& service = request.service;
  const http::Exchange& exchange = request.exchange;
  return dispatch(
      request.route,
      {.method = exchange.method(),
       .target = exchange.target(),
       .content_type = exchange.header(Field::content_type),
       .inference_header_length = exchange.header(kInferenceHeaderLength),
       .accept_encoding = exchange.header(Field::accept_encoding),
       .if_none_match = exchange.header(Field::if_none_match),
       .accept = exchange.header(Field::accept),
       .websocket = http::is_websocket(exchange)},
      {.models = service.models.names(),
       .ready = service.ready,
       .stopping = service.state.stopping,
       .info =
           [&service](std::size_t index) {
             auto model = service.models.get(index);
             const ModelInfo* info = &model->info();
             return std::shared_ptr<const ModelInfo>(std::move(model), info);
           },
       .hears_tags =
           [&service](std::size_t index) {
             return predict::hears_tags(*service.models.get(index));
           },
       .statistics = [&service](std::size_t index) { return service.metrics.statistics(index); },
       .metrics = [&service] { return metrics_text(service); },
       .get_job =
           [&service](std::string_view id) {
             return service.jobs.get(id, AsyncJobs::Clock::now());
           },
       .remove_job =
           [&service](std::string_view id) {
             return service.jobs.remove(id, AsyncJobs::Clock::now());
           }});
}

net::awaitable<http::Reply> reply_with(http::Reply reply) { co_return reply; }

}  // namespace

// A head that could not be read has no route: its target may be truncated.
Request::Request(Service& request_service, http::Exchange& request_exchange)
    : service(request_service),
      exchange(request_exchange),
      route(exchange.head_problem() ? no_route(exchange.path()) : find_route(exchange.path())) {}

net::awaitable<http::Reply> add_request_id(Request& request, Next next) {
  request.id = http::request_id(request.exchange.header(kRequestId));
  http::Reply reply = co_await next();
  http::headers_of(reply).emplace_back(kRequestId, request.id);
  co_return reply;
}

net::awaitable<http::Reply> add_cors_headers(Request& request, Next next) {
  http::Reply reply = co_await next();
  request.service.cors.add_headers(request.exchange.header(Field::origin), http::headers_of(reply));
  co_return reply;
}

// Large responses are those of jobs, which the worker has compressed already.
net::awaitable<http::Reply> compress_response(Request& request, Next next) {
  http::Reply reply = co_await next();
  if (reply) http::compress(*reply, request.exchange.header(Field::accept_encoding));
  co_return reply;
}

net::awaitable<http::Reply> catch_exceptions(Request& request, Next next) {
  try {
    co_return co_await next();
  } catch (const http::ConnectionLost&) {
    throw;  // the session handles it: no response can be sent
  } catch (const std::exception& error) {
    request.service.log.error(error.what());
  }
  co_return tl::make_unexpected(internal_error());
}

// The next four only inspect the request. They are plain functions that return the next awaitable,
// which saves a coroutine frame each.

net::awaitable<http::Reply> check_head(Request& request, Next next) {
  const auto& problem = request.exchange.head_problem();
  return problem ? reply_with(tl::make_unexpected(*problem)) : next();
}

net::awaitable<http::Reply> respond_to_options(Request& request, Next next) {
  if (request.exchange.target() == "*") {
    return reply_with(http::Response{
        .status = 204, .body = {}, .headers = {{"Allow", "GET, HEAD, POST, DELETE, OPTIONS"}}});
  }
  const bool preflight = request.route.exists() && request.exchange.method() == "OPTIONS";
  return preflight ? reply_with(request.service.cors.preflight(request.route.methods())) : next();
}

net::awaitable<http::Reply> check_access(Request& request, Next next) {
  const Route& route = request.route;
  std::string authorization(request.exchange.header(Field::authorization));
  if (route.upgrade && authorization.empty()) {
    authorization = authorization_of_protocols(request.exchange);
  }
  auto problem =
      request.service.gate.check(route.access, (route.post && route.predicts) || route.upgrade,
                                 authorization, request.exchange.peer());
  return problem ? reply_with(tl::make_unexpected(*std::move(problem))) : next();
}

net::awaitable<http::Reply> admin_routes_only(Request& request, Next next) {
  constexpr std::array<std::string_view, 5> kPaths = {"/healthz", "/readyz", "/metrics",
                                                      "/v2/health/live", "/v2/health/ready"};
  const std::string_view path = request.exchange.path();
  if (std::ranges::find(kPaths, path) != kPaths.end()) return next();
  return reply_with(tl::make_unexpected(not_found(path)));
}

net::awaitable<http::Reply> check_queue(Request& request, Next next) {
  return request.service.workers.full() ? reply_with(tl::make_unexpected(queue_full())) : next();
}

net::awaitable<http::Reply> route_request(Request& request, Next next) {
  auto action = action_of(request);
  if (!action) co_return tl::make_unexpected(std::move(action.error()));
  if (auto* response = std::get_if<http::Response>(&*action)) co_return std::move(*response);
  if (const auto* reload = std::get_if<Reload>(&*action)) {
    co_return co_await request.service.reload(reload->model);
  }
  request.job = std::get<Job>(std::move(*action));
  co_return co_await next();
}

net::awaitable<http::Reply> read_body(Request& request, Next next) {
  if (std::holds_alternative<LiveJob>(request.job.work)) co_return co_await next();
  auto problem = co_await request.exchange.read_body();
  if (problem) co_return tl::make_unexpected(*std::move(problem));
  co_return co_await next();
}

net::awaitable<http::Reply> too_many_connections(Request&, Next) {
  return reply_with(tl::make_unexpected(
      http::busy("too_many_connections", "The server has reached its limit of connections.")));
}

void record(const Request& request, const http::Response& response) {
  const http::Exchange& exchange = request.exchange;
  const auto duration = exchange.duration();
  request.service.metrics.record_request(request.route.path, response.status, duration);
  request.service.log.request({.id = request.id,
                               .trace = http::trace_id(exchange.header("traceparent")),
                               .peer = exchange.peer(),
                               .method = exchange.method(),
                               .path = exchange.path(),
                               .status = response.status,
                               .bytes_in = exchange.body_size() + exchange.n_received(),
                               .bytes_out = response.body.size() + exchange.n_written(),
                               .duration = duration});
}

http::Problem queue_full() {
  return http::busy("queue_full", "All workers are busy and the queue is full.");
}

}  // namespace genre::server
