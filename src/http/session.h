// The life of one connection: request after request, until it is closed in good order.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "http/asio.h"
#include "http/connection.h"
#include "http/exchange.h"

namespace genre::http {

// How long idle connections stay open once the server stops: a request may be on its way.
inline constexpr std::chrono::milliseconds kIdleGrace{1000};

// Sends one response to an exchange whose head has been read, or could not be. An exception closes
// the connection.
using Handler = std::function<net::awaitable<void>(Exchange&)>;

// Serves the connection until it ends. state and handler must outlive the coroutine.
[[nodiscard]] net::awaitable<void> serve(std::shared_ptr<Connection> connection, ServerState& state,
                                         const Handler& handler);

// For one connection too many: the handler responds before any request, then the connection is
// closed.
[[nodiscard]] net::awaitable<void> reject(std::shared_ptr<Connection> connection,
                                          ServerState& state, const Handler& handler);

}  // namespace genre::http
