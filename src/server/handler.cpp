#include "server/handler.h"

#include <span>
#include <utility>

#include "server/middlewares.h"

namespace genre::server {
namespace {

// The outermost first. A middleware responds itself, or calls the next one and may change what that
// returns.
constexpr Middleware kRequests[] = {
    add_request_id,        // X-Request-Id: the client's, or a new one
    add_cors_headers,      // for pages of other origins
    catch_exceptions,      // 500, and a line in the log
    check_head,            // 400, 408, 431, 501: it could not be read
    respond_to_preflight,  // OPTIONS
    check_access,          // 401, 403: tokens; 429: the rate limit
    route_request,         // 404, 405, 415, 400: parameters; GET and reload end here, jobs go on
    check_queue,           // 503 now, rather than after the client has sent its whole body
    read_body,             // 400, 408, 413; 503: no memory left for it
    run_job,               // the prediction, on a worker's thread
};

constexpr Middleware kRejection[] = {add_request_id, too_many_connections};

net::awaitable<void> handle(Service& service, http::Exchange& exchange,
                            std::span<const Middleware> middlewares) {
  Request request(service, exchange);
  http::Reply reply = co_await Next(request, middlewares)();
  // Up to here a problem is a struct. Only the route knows its clients' form for it.
  const http::Response response = reply ? *std::move(reply) : request.route.render(reply.error());
  co_await exchange.send(response);
  record(request, response);  // access log and metrics, with the time that sending took
}

}  // namespace

net::awaitable<void> handle_request(Service& service, http::Exchange& exchange) {
  return handle(service, exchange, kRequests);
}

net::awaitable<void> reject_connection(Service& service, http::Exchange& exchange) {
  return handle(service, exchange, kRejection);
}

}  // namespace genre::server
