// Handles requests with the middlewares, in order.
#pragma once

#include "http/asio.h"
#include "http/exchange.h"
#include "server/service.h"

namespace genre::server {

// An http::Handler for requests. service must outlive the coroutine.
[[nodiscard]] net::awaitable<void> handle_request(Service& service, http::Exchange& exchange);

// An http::Handler for requests to the admin port: health, readiness and metrics.
[[nodiscard]] net::awaitable<void> handle_admin_request(Service& service, http::Exchange& exchange);

// An http::Handler for connections beyond the limit.
[[nodiscard]] net::awaitable<void> reject_connection(Service& service, http::Exchange& exchange);

}  // namespace genre::server
