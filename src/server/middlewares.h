// The middlewares; handler.cpp defines their order.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "http/asio.h"
#include "http/exchange.h"
#include "http/problem.h"
#include "server/api/routes.h"
#include "server/live/stream_exchange.h"
#include "server/service.h"

namespace genre::server {

// The state of a request that the middlewares share.
struct Request {
  Request(Service& request_service, http::Exchange& request_exchange);

  Service& service;
  http::Exchange& exchange;
  const Route& route;
  std::string id = {};  // set by add_request_id
  Job job = {};         // set by route_request
  // Set by run_job for a live prediction: it sends the response.
  std::unique_ptr<LiveExchange> stream = {};
};

class Next;
using Middleware = net::awaitable<http::Reply> (*)(Request& request, Next next);

// The remaining middlewares.
class Next {
 public:
  Next(Request& request, std::span<const Middleware> rest) : request_(request), rest_(rest) {}

  [[nodiscard]] net::awaitable<http::Reply> operator()() const {
    return rest_.front()(request_, Next(request_, rest_.subspan(1)));
  }

 private:
  Request& request_;
  std::span<const Middleware> rest_;
};

[[nodiscard]] net::awaitable<http::Reply> add_request_id(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> add_cors_headers(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> compress_response(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> catch_exceptions(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> check_head(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> respond_to_options(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> check_access(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> route_request(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> admin_routes_only(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> check_queue(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> read_body(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> respond_async(Request& request, Next next);
[[nodiscard]] net::awaitable<http::Reply> run_job(Request& request, Next next);  // run_job.cpp
[[nodiscard]] net::awaitable<http::Reply> too_many_connections(Request& request, Next next);

// Writes the access log and the metrics, after the response was sent or sending failed.
void record(const Request& request, const http::Response& response);

// 503, from check_queue, respond_async and run_work.
[[nodiscard]] http::Problem queue_full();

}  // namespace genre::server
