// One request and its response.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/field.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

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

  // A body that is handled while it arrives, with a response that is sent meanwhile: one coroutine
  // reads, another one writes. The connection closes afterwards.

  // The next bytes of the body, none at its end. Problem: also if nothing arrives for this time.
  [[nodiscard]] net::awaitable<tl::expected<std::string, Problem>> read_piece(
      std::chrono::milliseconds time);

  // False: the client is gone, or has read nothing for the time that the limits allow.
  [[nodiscard]] net::awaitable<bool> begin_response(const Response& head);
  [[nodiscard]] net::awaitable<bool> write_piece(std::string bytes);
  [[nodiscard]] net::awaitable<bool> end_response();

  // The bytes behind the head, for another protocol that the connection is upgraded to. The same
  // rules apply.
  [[nodiscard]] net::awaitable<std::size_t> read_raw(net::mutable_buffer space, error_code& error);
  [[nodiscard]] net::awaitable<std::size_t> write_raw(std::string bytes, error_code& error);
  [[nodiscard]] net::any_io_executor executor() const { return connection_.executor(); }

  // Ends what is in progress: read_piece then returns none, and the writes false.
  void cancel() { connection_.cancel_read(); }

  // Bytes so far, by these functions.
  [[nodiscard]] std::uint64_t n_received() const { return n_received_; }
  [[nodiscard]] std::uint64_t n_written() const { return n_written_; }

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

  [[nodiscard]] net::awaitable<bool> write(std::string bytes);

  Connection& connection_;
  beast::flat_buffer& buffer_;
  ServerState& state_;
  Clock::time_point start_ = Clock::now();
  RequestReader request_;
  std::optional<Problem> head_problem_;
  std::uint64_t n_received_ = 0, n_written_ = 0;
  bool sent_ = false;
  bool keep_alive_ = false;
};

}  // namespace genre::http
