#include "http/session.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <string_view>

namespace genre::http {
namespace {

// Space after a head for the start of its body, and for pipelined requests.
constexpr std::size_t kReadBeyond = 512 * kKiB;
constexpr std::size_t kMaxEmptyLines = 4;  // before a request

net::awaitable<bool> handshake(Connection& connection, const ServerState& state) {
  error_code error;
  connection.begin(state.limits.pace);
  co_await connection.handshake(error);
  co_return !error;
}

std::string_view bytes_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

// RFC 9112, section 2.2: some clients send an empty line after a body. Returns how many lines were
// skipped.
std::size_t skip_empty_lines(beast::flat_buffer& buffer, std::size_t max) {
  constexpr std::string_view kLineEnd = "\r\n";
  std::size_t n = 0;
  for (; n < max && bytes_of(buffer).starts_with(kLineEnd); ++n) buffer.consume(kLineEnd.size());
  return n;
}

// False if the client has closed or was idle for too long.
net::awaitable<bool> wait_for_request(Connection& connection, beast::flat_buffer& buffer,
                                      const ServerState& state) {
  for (std::size_t lines = kMaxEmptyLines;;) {
    lines -= skip_empty_lines(buffer, lines);
    const bool half_a_line = buffer.size() == 1 && bytes_of(buffer).front() == '\r';
    if (buffer.size() > 0 && !half_a_line) co_return true;
    const bool received = co_await connection.wait_idle(
        buffer, state.stopping ? kIdleGrace : state.limits.pace.silence);
    if (!received) co_return false;
  }
}

// Serves requests until the last one of the connection. Returns whether its response was sent.
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
  const bool connected = co_await handshake(*connection, state);
  if (!connected) co_return;
  const bool sent = co_await serve_requests(*connection, state, handler);
  // The exchange has been destroyed, which released the body's share of the budget. A client that
  // keeps sending uses only a connection.
  if (sent) co_await connection->linger();
}

net::awaitable<void> reject(std::shared_ptr<Connection> connection, ServerState& state,
                            const Handler& handler) {
  const bool connected = co_await handshake(*connection, state);
  if (!connected) co_return;
  beast::flat_buffer buffer;
  Exchange exchange(*connection, buffer, state);
  co_await handler(exchange);
  if (exchange.sent()) co_await connection->linger();
}

}  // namespace genre::http
