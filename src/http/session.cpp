#include "http/session.h"

#include <boost/beast/core/flat_buffer.hpp>

namespace genre::http {
namespace {

// Room behind a head for the start of its body, and for requests that a client sends without
// waiting for responses (pipelining).
constexpr std::size_t kReadBeyond = 512 * kKiB;

net::awaitable<bool> handshake(Connection& connection, const ServerState& state) {
  error_code error;
  connection.begin(state.limits.pace);
  co_await connection.handshake(error);
  co_return !error;
}

// False where the client has closed or been silent for too long.
net::awaitable<bool> wait_for_request(Connection& connection, beast::flat_buffer& buffer,
                                      const ServerState& state) {
  if (buffer.size() > 0) co_return true;
  co_return co_await connection.wait_idle(buffer,
                                          state.stopping ? kIdleGrace : state.limits.pace.silence);
}

// Serves requests until one is the last of its connection. Whether its response was sent.
net::awaitable<bool> serve_requests(Connection& connection, ServerState& state,
                                    const Handler& handler) {
  beast::flat_buffer buffer(state.limits.max_header + kReadBeyond);
  try {
    while (true) {
      const bool begun = co_await wait_for_request(connection, buffer, state);
      if (!begun) co_return false;
      Exchange exchange(connection, buffer, state);
      co_await exchange.read_head();
      co_await handler(exchange);
      if (!exchange.sent() || !exchange.keep_alive()) co_return exchange.sent();
    }
  } catch (const ConnectionLost&) {
    co_return false;
  }
}

}  // namespace

net::awaitable<void> serve(std::shared_ptr<Connection> connection, ServerState& state,
                           const Handler& handler) {
  const bool speaks = co_await handshake(*connection, state);
  if (!speaks) co_return;
  const bool sent = co_await serve_requests(*connection, state, handler);
  // By now the exchange is gone, and with it the body's share of the budget: a client that goes on
  // sending occupies no more than a connection.
  if (sent) co_await connection->linger();
}

net::awaitable<void> reject(std::shared_ptr<Connection> connection, ServerState& state,
                            const Handler& handler) {
  const bool speaks = co_await handshake(*connection, state);
  if (!speaks) co_return;
  beast::flat_buffer buffer;
  Exchange exchange(*connection, buffer, state);
  co_await handler(exchange);
  if (exchange.sent()) co_await connection->linger();
}

}  // namespace genre::http
