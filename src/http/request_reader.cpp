#include "http/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "http/client_network.h"
#include "http/request_rules.h"

namespace genre::http {
namespace {

using HttpError = beast::http::error;

// Bytes per read. A body's is also how much may be in memory before it is counted in the budget.
constexpr std::size_t kHeadPiece = 16 * kKiB;
constexpr std::size_t kBufferPiece = 256 * kKiB;  // of a body that is parsed or decoded
constexpr std::size_t kBodyPiece = kMiB;

bool is_http_error(error_code error) {
  return error.category() == beast::http::make_error_code(HttpError::bad_method).category();
}

// Whether a request line that the parser refuses is one of another version of HTTP.
bool is_other_version(const beast::flat_buffer& buffer) {
  const auto* text = static_cast<const char*>(buffer.data().data());
  const std::string_view start(text, std::min(buffer.size(), kHeadPiece));
  const std::string_view line = start.substr(0, start.find("\r\n"));
  constexpr std::string_view kName = " HTTP/", kNumber = "1.1";
  const std::size_t name = line.rfind(kName);
  if (name == std::string_view::npos) return false;
  const std::string_view number = line.substr(name + kName.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return number.size() == kNumber.size() && is_digit(number[0]) && number[1] == '.' &&
         is_digit(number[2]) && number != "1.0" && number != "1.1";
}

}  // namespace

RequestReader::RequestReader(Connection& connection, beast::flat_buffer& buffer,
                             const Limits& limits, ByteBudget& budget)
    : connection_(connection),
      buffer_(buffer),
      limits_(limits),
      parser_(limits.max_header),
      // The read in progress ends, and with it the request.
      body_(limits.max_body, budget, client_network(connection.peer()),
            [&connection] { connection.cancel_read(); }) {
  parser_.set_sink(&body_);
}

net::awaitable<std::optional<Problem>> RequestReader::read_head() {
  connection_.begin(limits_.pace);
  needs_data_ = buffer_.size() == 0;
  error_code error;
  while (!parser_.is_header_done()) {
    if (!co_await parse(kHeadPiece, error)) co_return problem_of(error);
  }
  auto problem = apply_rules(parser_.head());
  complete_ = parser_.is_done() && !problem;
  co_return problem;
}

// Passes the buffered bytes to the parser. If the parser needs more, first reads up to `piece`
// bytes.
net::awaitable<bool> RequestReader::parse(std::size_t piece, error_code& error) {
  error.clear();
  if (needs_data_) {
    // The buffer is larger than the parser's limits, so a full buffer means a head that is too
    // large.
    piece = std::min(piece, buffer_.max_size() - buffer_.size());
    if (piece == 0) error = HttpError::buffer_overflow;
    if (!error) buffer_.commit(co_await connection_.read_some(buffer_.prepare(piece), error));
    if (error) co_return false;
  }
  buffer_.consume(parser_.put(buffer_.data(), error));
  needs_data_ = error == HttpError::need_more || buffer_.size() == 0;
  co_return !error || error == HttpError::need_more;
}

net::awaitable<std::optional<Problem>> RequestReader::read_body() {
  if (complete_) co_return std::nullopt;
  if (!body_.set_coding(head()[beast::http::field::content_encoding])) co_return body_.problem();
  std::optional<Problem> refused;
  if (parser_.chunked()) {
    refused = co_await read_chunked_body();
  } else {
    refused = co_await read_sized_body(parser_.content_length().value_or(0));
  }
  if (!refused && !body_.finish()) refused = body_.problem();
  complete_ = !refused;
  co_return refused;
}

// Nothing decodes a body in pieces: audio is compressed already.
net::awaitable<std::optional<Problem>> RequestReader::begin_pieces() {
  if (!head()[beast::http::field::content_encoding].empty()) {
    co_return Problem{415, "unsupported_content_encoding",
                      "A stream must be sent without a Content-Encoding."};
  }
  piece_.emplace();
  parser_.set_sink(&*piece_);
  left_ = parser_.chunked() ? 0 : parser_.content_length().value_or(0);
  if (!complete_) co_await send_continue();
  co_return std::nullopt;
}

net::awaitable<tl::expected<std::string, Problem>> RequestReader::read_piece() {
  if (!piece_) {
    if (auto refused = co_await begin_pieces()) co_return tl::make_unexpected(*std::move(refused));
  }
  if (complete_) co_return std::string();
  error_code error;
  if (parser_.chunked()) {
    while (piece_->bytes.empty() && !parser_.is_done()) {
      if (co_await parse(kHeadPiece, error)) continue;
      if (error == net::error::operation_aborted) co_return std::string();
      co_return tl::make_unexpected(problem_of(error));
    }
    complete_ = parser_.is_done();
    co_return std::exchange(piece_->bytes, {});
  }
  if (buffer_.size() == 0) {
    const auto space = buffer_.prepare(std::min<std::uint64_t>(left_, kHeadPiece));
    buffer_.commit(co_await connection_.read_some(space, error));
    if (error == net::error::operation_aborted) co_return std::string();
    if (error) co_return tl::make_unexpected(problem_of(error));
  }
  const auto n = std::min<std::uint64_t>(left_, buffer_.size());
  std::string bytes(static_cast<const char*>(buffer_.data().data()), n);
  buffer_.consume(n);
  left_ -= n;
  complete_ = left_ == 0;
  co_return bytes;
}

// Bodies are large. With a known length there is nothing to parse, so the bytes go straight from
// the socket into the body's memory, unless they have to be decoded.
net::awaitable<std::optional<Problem>> RequestReader::read_sized_body(std::size_t size) {
  if (!body_.expect(size)) co_return body_.problem();
  co_await send_continue();
  error_code error;
  for (std::size_t left = size;;) {
    const std::size_t received = std::min(left, buffer_.size());
    const bool accepted = body_.accept({static_cast<const char*>(buffer_.data().data()), received});
    buffer_.consume(received);
    left -= received;
    if (!accepted) co_return body_.problem();
    if (!co_await decode_body()) co_return body_.problem();
    if (left == 0) co_return std::nullopt;
    if (body_.coded()) {
      const auto space = buffer_.prepare(std::min(left, kBufferPiece));
      buffer_.commit(co_await connection_.read_some(space, error));
    } else {
      const auto space = body_.prepare(std::min(left, kBodyPiece));
      const std::size_t got = co_await connection_.read_some(space, error);
      left -= got;
      if (!body_.commit(got)) co_return body_.problem();
    }
    if (body_.problem() || !body_.commit(0)) co_return body_.problem();
    if (error) co_return problem_of(error);
  }
}

net::awaitable<std::optional<Problem>> RequestReader::read_chunked_body() {
  co_await send_continue();
  buffer_.reserve(kBufferPiece);
  error_code error;
  while (!parser_.is_done()) {
    const bool parsed = co_await parse(kBufferPiece, error);
    if (body_.problem() || !body_.commit(0)) co_return body_.problem();
    if (!parsed) co_return problem_of(error);
    if (!co_await decode_body()) co_return body_.problem();
  }
  co_return std::nullopt;
}

// Lets other connections have their turn between two parts.
net::awaitable<bool> RequestReader::decode_body() {
  while (body_.coded() && !body_.decoded()) {
    if (!body_.decode()) co_return false;
    co_await net::post(co_await net::this_coro::executor, net::use_awaitable);
  }
  co_return true;
}

// HTTP/1.0 does not know it (RFC 9110, section 10.1.1).
net::awaitable<void> RequestReader::send_continue() {
  if (head().version < kHttp11 || head()[beast::http::field::expect].empty()) co_return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code error;
  co_await connection_.write(net::buffer(kContinue), error);
  if (error) throw ConnectionLost(error);
}

Problem RequestReader::problem_of(error_code error) const {
  if (connection_.timed_out()) {
    return Problem{
        408, "request_timeout",
        fmt::format("The request timed out: no data for {} s, or less than {} bytes per second "
                    "on average.",
                    std::chrono::duration<double>(limits_.pace.silence).count(),
                    limits_.pace.min_rate)};
  }
  if (error == HttpError::header_limit || error == HttpError::buffer_overflow) {
    if (head().target.empty()) {
      return Problem{
          414, "target_too_long",
          fmt::format("The target of the request is longer than {} bytes.", limits_.max_header)};
    }
    return Problem{431, "headers_too_large",
                   fmt::format("The header of the request, with its trailer, is larger than {} "
                               "bytes.",
                               limits_.max_header)};
  }
  if (error == net::error::eof || error == HttpError::partial_message) {
    return Problem{400, "malformed_request", "The request ended before it was complete."};
  }
  if (error == HttpError::bad_version && is_other_version(buffer_)) {
    return Problem{505, "unsupported_http_version",
                   "The only supported versions are HTTP/1.1 and HTTP/1.0."};
  }
  if (!is_http_error(error)) throw ConnectionLost(error);
  return Problem{400, "malformed_request",
                 fmt::format("The request is not valid HTTP: {}.", error.message())};
}

}  // namespace genre::http
