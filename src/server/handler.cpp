#include "server/handler.h"

#include <span>
#include <utility>

#include "server/middlewares.h"

namespace genre::server {
namespace {

// The outermost first. A middleware either responds, or calls the next one and may change its
// reply.
constexpr Middleware kRequests[] = {
    add_request_id,      // X-Request-Id: the client's, or a new one
    add_cors_headers,    // for pages of other origins
    compress_response,   // in a coding that the client accepts
    catch_exceptions,    // 500, and a line in the log
    check_head,          // 400, 408, 414, 417, 431, 501, 505: the head could not be read
    respond_to_options,  // OPTIONS
    check_access,        // 401, 403: tokens; 429: the rate limit
    route_request,       // 404, 405, 415, 400: parameters; GET and reload respond here
    check_queue,         // 503 before the client sends the body, not after it
    read_body,      // 400, 408, 413, 415, 431; 503: no memory left for the body; not of streams
    respond_async,  // 202 for "Prefer: respond-async"; 429, 503: too many jobs
    run_job,        // the prediction, on a worker's thread
};

constexpr Middleware kAdminRequests[] = {
    add_request_id,    compress_response, catch_exceptions, check_head,
    admin_routes_only,  // 404
    check_access,       // 401, 403: tokens
    route_request,      // 405; responds
};

constexpr Middleware kRejection[] = {add_request_id, too_many_connections};

net::awaitable<void> handle(Service& service, http::Exchange& exchange,
                            std::span<const Middleware> middlewares) {
  Request request(service, exchange);
  http::Reply reply = co_await Next(request, middlewares)();
  const bool reply_is_stream = request.stream && reply;
  // Only the route knows in which form its clients expect a problem.
  const http::Response response = reply ? *std::move(reply) : request.route.render(reply.error());
  if (reply_is_stream) {
    co_await request.stream->send(response);
  } else {
    co_await exchange.send(response);
  }
  record(request, response);  // last, so that the duration includes sending
}

}  // namespace

net::awaitable<void> handle_request(Service& service, http::Exchange& exchange) {
  return handle(service, exchange, kRequests);
}

net::awaitable<void> handle_admin_request(Service& service, http::Exchange& exchange) {
  return handle(service, exchange, kAdminRequests);
}

net::awaitable<void> reject_connection(Service& service, http::Exchange& exchange) {
  return handle(service, exchange, kRejection);
}

}  // namespace genre::server
