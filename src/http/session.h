// Serves one connection: request after request, then a graceful close.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "http/asio.h"
#include "http/connection.h"
#include "http/exchange.h"

namespace genre::http {

// How long idle connections stay open after the server stops: a request may be in transit.
inline constexpr std::chrono::milliseconds kIdleGrace{1000};

// Sends one response. The exchange's head has been read, or has a problem. An exception closes the
// connection.
using Handler = std::function<net::awaitable<void>(Exchange&)>;

// Serves the connection until it ends. state and handler must outlive the coroutine.
[[nodiscard]] net::awaitable<void> serve(std::shared_ptr<Connection> connection, ServerState& state,
                                         const Handler& handler);

// For connections beyond the limit: the handler responds without reading a request, then the
// connection is closed.
[[nodiscard]] net::awaitable<void> reject(std::shared_ptr<Connection> connection,
                                          ServerState& state, const Handler& handler);

}  // namespace genre::http
