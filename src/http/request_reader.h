// Reads one HTTP request from a connection, within the limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "http/asio.h"
#include "http/body.h"
#include "http/byte_budget.h"
#include "http/connection.h"
#include "http/limits.h"
#include "http/problem.h"
#include "http/request_parser.h"

namespace genre::http {

// The coroutines return why the request is refused, or nothing. They throw ConnectionLost.
class RequestReader {
 public:
  // buffer: bytes received so far. Afterwards it has the bytes received after this request.
  RequestReader(Connection& connection, beast::flat_buffer& buffer, const Limits& limits,
                ByteBudget& budget);

  [[nodiscard]] net::awaitable<std::optional<Problem>> read_head();

  // After read_head. Sends "100 Continue" first if the client expects it.
  [[nodiscard]] net::awaitable<std::optional<Problem>> read_body();

  // The same, piece by piece and of any size, in place of read_body: the next bytes, none at the
  // end. A cancelled read ends the body, too.
  [[nodiscard]] net::awaitable<tl::expected<std::string, Problem>> read_piece();

  // Fields are empty before read_head has returned. The target has the form "/path?query", or is
  // "*".
  [[nodiscard]] const RequestHead& head() const { return parser_.head(); }
  [[nodiscard]] bool keep_alive() const { return parser_.keep_alive(); }

  // Whether the whole request has been read, so that another can follow.
  [[nodiscard]] bool complete() const { return complete_; }

  // Valid as long as the reader.
  [[nodiscard]] std::span<const std::byte> body() const { return body_.bytes(); }
  [[nodiscard]] std::size_t body_size() const { return body_.size(); }
  [[nodiscard]] Body::Taken take_body() { return body_.take(); }

 private:
  [[nodiscard]] net::awaitable<std::optional<Problem>> read_sized_body(std::size_t size);
  [[nodiscard]] net::awaitable<bool> decode_body();
  [[nodiscard]] net::awaitable<std::optional<Problem>> read_chunked_body();
  [[nodiscard]] net::awaitable<std::optional<Problem>> begin_pieces();
  [[nodiscard]] net::awaitable<bool> parse(std::size_t piece, error_code& error);
  [[nodiscard]] net::awaitable<void> send_continue();
  [[nodiscard]] Problem problem_of(error_code error) const;

  Connection& connection_;
  beast::flat_buffer& buffer_;
  const Limits& limits_;
  RequestParser parser_;
  Body body_;
  // Of a body that is read in pieces.
  struct Piece final : BodySink {
    [[nodiscard]] bool accept(std::string_view more) override {
      bytes += more;
      return true;
    }
    std::string bytes;
  };
  std::optional<Piece> piece_;
  std::uint64_t left_ = 0;  // bytes, of a sized body
  bool complete_ = false;
  bool needs_data_ = false;  // the parser needs more bytes than buffer_ has
};

}  // namespace genre::http
