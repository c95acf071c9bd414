// One request and its response.
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

// State shared by all connections of a server. Use it on the I/O thread only.
struct ServerState {
  Limits limits;
  ByteBudget budget;      // for all request bodies
  bool stopping = false;  // connections close after their current response
};

// Use it on the I/O thread only. Views that it returns are valid as long as the exchange.
class Exchange {
 public:
  // buffer: bytes received so far. Afterwards it has the bytes received after this request.
  Exchange(Connection& connection, beast::flat_buffer& buffer, ServerState& state);

  // Throws ConnectionLost, as read_body does.
  [[nodiscard]] net::awaitable<void> read_head();

  // Why the head could not be read. Method, path and headers are then those before the error, and
  // may be empty.
  [[nodiscard]] const std::optional<Problem>& head_problem() const { return head_problem_; }

  // Empty if the request has none.
  [[nodiscard]] std::string_view method() const { return request_.head().method; }
  [[nodiscard]] std::string_view target() const { return request_.head().target; }
  [[nodiscard]] std::string_view path() const;  // the target without its query
  [[nodiscard]] std::string_view header(beast::http::field name) const {
    return request_.head()[name];
  }
  [[nodiscard]] std::string_view header(std::string_view name) const {
    return request_.head()[name];
  }

  // The client's address.
  [[nodiscard]] std::string peer() const { return connection_.peer(); }

  // Why the body is refused, or nothing. Sends "100 Continue" first if the client expects it.
  [[nodiscard]] net::awaitable<std::optional<Problem>> read_body() { return request_.read_body(); }
  [[nodiscard]] std::span<const std::byte> body() const { return request_.body(); }
  // For work that goes on after the response. The body is empty from then on; its size stays.
  [[nodiscard]] Body::Taken take_body() { return request_.take_body(); }
  [[nodiscard]] std::size_t body_size() const { return request_.body_size(); }

  // Watches the client (Connection::watch) until the end of its scope, also if an exception ends
  // it. The connection's read and write deadlines are suspended meanwhile.
  class Watch {
   public:
    Watch(Exchange& exchange, std::chrono::milliseconds time, std::function<void()> on_end)
        : connection_(exchange.connection_) {
      connection_.watch(time, std::move(on_end));
    }
    ~Watch() { connection_.stop_watching(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Connection& connection_;
  };

  // Writes the response, without its body for HEAD. Call it once.
  [[nodiscard]] net::awaitable<void> send(const Response& response);
  // g++ 12 destroys a brace-initialized temporary in a co_await expression twice.
  void send(Response&& response) = delete;

  [[nodiscard]] bool sent() const { return sent_; }  // the whole response
  [[nodiscard]] bool keep_alive() const {
    return keep_alive_;
  }  // after send: another request may follow

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
