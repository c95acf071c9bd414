// One request and the response to it.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/asio.h"
#include "http/byte_budget.h"
#include "http/connection.h"
#include "http/limits.h"
#include "http/problem.h"
#include "http/request_reader.h"
#include "http/response.h"

namespace genre::http {

// What the connections of a server share. Belongs to the I/O thread.
struct ServerState {
  Limits limits;
  ByteBudget budget;            // of all request bodies
  std::size_t connections = 0;  // open ones
  bool stopping = false;        // each response is the last one of its connection
};

// Belongs to the I/O thread. What it returns as views is valid as long as the exchange.
class Exchange {
 public:
  // buffer: bytes received already; afterwards those received beyond this request.
  Exchange(Connection& connection, beast::flat_buffer& buffer, ServerState& state);

  // Throws ConnectionLost, as read_body.
  [[nodiscard]] net::awaitable<void> read_head();

  // Why the head could not be read. Method, path and headers are then those that came before the
  // fault, and may be empty.
  [[nodiscard]] const std::optional<Problem>& head_problem() const { return head_problem_; }

  // Empty strings where the request has none.
  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view target() const;
  [[nodiscard]] std::string_view path() const;  // the target without its query
  [[nodiscard]] std::string_view header(beast::http::field field) const;
  [[nodiscard]] std::string_view header(std::string_view name) const;

  // The client's address.
  [[nodiscard]] std::string peer() const { return connection_.peer(); }

  // Why the body is refused, or nothing. A client that sent "Expect: 100-continue" is told first to
  // go on.
  [[nodiscard]] net::awaitable<std::optional<Problem>> read_body() { return request_.read_body(); }
  [[nodiscard]] std::span<const std::byte> body() const { return request_.body(); }

  // See Connection::watch.
  void watch_client(std::chrono::milliseconds time, std::function<void()> on_end) {
    connection_.watch(time, std::move(on_end));
  }
  void stop_watching_client() { connection_.stop_watching(); }

  // Once. Writes the response, to HEAD without its body.
  [[nodiscard]] net::awaitable<void> send(const Response& response);
  // g++ 12 destroys a temporary with braces in an expression with co_await twice.
  void send(Response&& response) = delete;

  [[nodiscard]] bool sent() const { return sent_; }              // all of the response
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }  // after send: another may follow

  // Since the exchange began.
  [[nodiscard]] std::chrono::nanoseconds duration() const { return Clock::now() - start_; }

 private:
  using Clock = std::chrono::steady_clock;

  Connection& connection_;
  ServerState& state_;
  Clock::time_point start_ = Clock::now();
  RequestReader request_;
  std::optional<Problem> head_problem_;
  bool sent_ = false;
  bool keep_alive_ = false;
};

}  // namespace genre::http
