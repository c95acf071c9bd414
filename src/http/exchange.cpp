#include "http/exchange.h"

#include "http/target.h"

namespace genre::http {
Exchange::Exchange(Connection& connection, beast::flat_buffer& buffer, ServerState& state)
    : connection_(connection),
      state_(state),
      request_(connection, buffer, state.limits, state.budget) {}

net::awaitable<void> Exchange::read_head() { head_problem_ = co_await request_.read_head(); }

std::string_view Exchange::path() const { return path_of(target()); }

net::awaitable<void> Exchange::send(const Response& response) {
  // After an incomplete request the connection must close: the rest of its body would be parsed as
  // the next request.
  keep_alive_ = request_.complete() && request_.keep_alive() && !state_.stopping;
  std::string message = head_of(response, request_.head().version, keep_alive_);
  if (method() != "HEAD") message += response.body;
  error_code error;
  connection_.begin(state_.limits.pace);
  co_await connection_.write(net::buffer(message), error);
  sent_ = !error;
}

}  // namespace genre::http
