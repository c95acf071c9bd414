#include "http/exchange.h"

#include <boost/beast/http/verb.hpp>

#include "http/target.h"

namespace genre::http {
namespace {

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Exchange::Exchange(Connection& connection, beast::flat_buffer& buffer, ServerState& state)
    : connection_(connection),
      state_(state),
      request_(connection, buffer, state.limits, state.budget) {}

net::awaitable<void> Exchange::read_head() { head_problem_ = co_await request_.read_head(); }

// The parser starts with a default method. It sets method and target together, so an empty target
// means that no method has been read.
std::string_view Exchange::method() const {
  return target().empty() ? std::string_view() : view(request_.head().method_string());
}

std::string_view Exchange::target() const { return view(request_.head().target()); }

std::string_view Exchange::path() const { return path_of(target()); }

std::string_view Exchange::header(beast::http::field field) const {
  return view(request_.head()[field]);
}

std::string_view Exchange::header(std::string_view name) const {
  return view(request_.head()[{name.data(), name.size()}]);
}

net::awaitable<void> Exchange::send(const Response& response) {
  // After an incomplete request the connection must close: the rest of its body would be parsed as
  // the next request.
  keep_alive_ = request_.complete() && request_.keep_alive() && !state_.stopping;
  std::string message = head_of(response, request_.head().version(), keep_alive_);
  if (request_.head().method() != beast::http::verb::head) message += response.body;
  error_code error;
  connection_.begin(state_.limits.pace);
  co_await connection_.write(net::buffer(message), error);
  sent_ = !error;
}

}  // namespace genre::http
