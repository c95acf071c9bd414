// Reads one HTTP request from a connection, within the limits.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "server/http/asio.h"
#include "server/http/byte_budget.h"
#include "server/http/connection.h"
#include "server/http/response.h"
#include "server/options.h"

namespace genre::server {

namespace http = beast::http;

// Its coroutines return the answer that refuses the request, or nothing where all is well, and
// throw boost::system::system_error where the connection is lost.
class RequestReader {
 public:
  // buffer: what has been received already; afterwards, what was received beyond this request.
  RequestReader(Connection& connection, beast::flat_buffer& buffer, const ServerOptions& options,
                ByteBudget& budget);

  [[nodiscard]] net::awaitable<std::optional<Response>> read_head();

  // After read_head. A client that waits for it is told to go on first.
  [[nodiscard]] net::awaitable<std::optional<Response>> read_body();

  // The head; empty fields before read_head is through.
  [[nodiscard]] const http::request_header<>& head() const { return parser_.get().base(); }
  [[nodiscard]] bool keep_alive() const { return parser_.keep_alive(); }

  // Whether nothing of this request is left to come, so that another one can follow.
  [[nodiscard]] bool complete() const { return complete_; }

  // Valid as long as the reader.
  [[nodiscard]] std::span<const std::byte> body() const;

 private:
  [[nodiscard]] net::awaitable<std::optional<Response>> read_sized_body(std::size_t size);
  [[nodiscard]] net::awaitable<std::optional<Response>> read_chunked_body();
  [[nodiscard]] net::awaitable<bool> parse(std::size_t piece, error_code& error);
  [[nodiscard]] net::awaitable<void> tell_to_continue();
  [[nodiscard]] Response refusal(error_code error) const;
  [[nodiscard]] Response body_too_large() const;

  Connection& connection_;
  beast::flat_buffer& buffer_;
  const ServerOptions& options_;
  ByteBudget::Lease lease_;
  http::request_parser<http::buffer_body> parser_;
  beast::flat_buffer body_;
  bool complete_ = false;
  bool lacking_ = false;  // the parser can do nothing with what is in buffer_
};

}  // namespace genre::server
