#include "http/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "http/problem.h"

namespace genre::http {
namespace {

// Bytes per read.
constexpr std::size_t kHeadPiece = 16 * kKiB;
constexpr std::size_t kChunkPiece = 256 * kKiB;  // for a chunked body

bool is_http_error(error_code error) {
  return error.category() ==
         beast::http::make_error_code(beast::http::error::bad_method).category();
}

Problem memory_full() {
  return busy("too_many_bytes",
              "The bodies of the requests in progress use all the memory reserved for them.");
}

}  // namespace

RequestReader::RequestReader(Connection& connection, beast::flat_buffer& buffer,
                             const Limits& limits, ByteBudget& budget)
    : connection_(connection), buffer_(buffer), limits_(limits), lease_(budget) {
  parser_.header_limit(static_cast<std::uint32_t>(limits.max_header));
  parser_.body_limit(std::numeric_limits<std::uint64_t>::max());  // read_body checks the size
}

std::span<const std::byte> RequestReader::body() const {
  return {static_cast<const std::byte*>(body_.data().data()), body_.size()};
}

net::awaitable<std::optional<Problem>> RequestReader::read_head() {
  connection_.begin(limits_.pace);
  needs_data_ = buffer_.size() == 0;
  error_code error;
  while (!parser_.is_header_done()) {
    if (!co_await parse(kHeadPiece, error)) co_return problem_of(error);
  }
  complete_ = parser_.is_done();
  const auto encoding = head().find(beast::http::field::transfer_encoding);
  if (encoding != head().end() && !beast::iequals(encoding->value(), "chunked")) {
    complete_ = false;
    co_return Problem{501, "unsupported_transfer_encoding",
                      "The only supported transfer encoding is chunked."};
  }
  co_return std::nullopt;
}

// Passes the buffered bytes to the parser. If the parser needs more, first reads up to `piece`
// bytes.
net::awaitable<bool> RequestReader::parse(std::size_t piece, error_code& error) {
  error.clear();
  if (needs_data_) {
    // The buffer is larger than the parser's limits, so a full buffer means a head that is too
    // large.
    piece = std::min(piece, buffer_.max_size() - buffer_.size());
    if (piece == 0) error = beast::http::error::buffer_overflow;
    if (!error) buffer_.commit(co_await connection_.read_some(buffer_.prepare(piece), error));
    if (error) co_return false;
  }
  buffer_.consume(parser_.put(buffer_.data(), error));
  needs_data_ = error == beast::http::error::need_more || buffer_.size() == 0;
  co_return !error || error == beast::http::error::need_more ||
      error == beast::http::error::need_buffer;
}

net::awaitable<std::optional<Problem>> RequestReader::read_body() {
  if (complete_) co_return std::nullopt;
  std::optional<Problem> refused;
  if (parser_.chunked()) {
    refused = co_await read_chunked_body();
  } else {
    const auto size = parser_.content_length().value_or(0);
    if (size > limits_.max_body) co_return body_too_large();
    refused = co_await read_sized_body(size);
  }
  complete_ = !refused;
  co_return refused;
}

// Bodies are large. With a known length there is nothing to parse, so the bytes go straight from
// the socket into the body's memory.
net::awaitable<std::optional<Problem>> RequestReader::read_sized_body(std::size_t size) {
  if (!lease_.grow_to(size)) co_return memory_full();
  co_await send_continue();
  body_.reserve(size);
  const std::size_t received = std::min(size, buffer_.size());
  body_.commit(net::buffer_copy(body_.prepare(received), buffer_.data()));
  buffer_.consume(received);
  error_code error;
  while (body_.size() < size) {
    body_.commit(co_await connection_.read_some(body_.prepare(size - body_.size()), error));
    if (error) co_return problem_of(error);
  }
  co_return std::nullopt;
}

net::awaitable<std::optional<Problem>> RequestReader::read_chunked_body() {
  co_await send_continue();
  buffer_.reserve(kChunkPiece);
  error_code error;
  while (!parser_.is_done()) {
    if (!lease_.grow_to(body_.size() + kChunkPiece)) co_return memory_full();
    const auto space = body_.prepare(kChunkPiece);
    auto& target = parser_.get().body();
    target.data = space.data();
    target.size = space.size();
    const bool parsed = co_await parse(kChunkPiece, error);
    body_.commit(space.size() - target.size);
    if (body_.size() > limits_.max_body) co_return body_too_large();
    if (!parsed) co_return problem_of(error);
  }
  co_return std::nullopt;
}

net::awaitable<void> RequestReader::send_continue() {
  if (!beast::iequals(head()[beast::http::field::expect], "100-continue")) co_return;
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
  if (error == beast::http::error::header_limit || error == beast::http::error::buffer_overflow) {
    return Problem{
        431, "headers_too_large",
        fmt::format("The header of the request is larger than {} bytes.", limits_.max_header)};
  }
  if (error == net::error::eof || error == beast::http::error::partial_message) {
    return Problem{400, "malformed_request", "The request ended before it was complete."};
  }
  if (!is_http_error(error)) throw ConnectionLost(error);
  return Problem{400, "malformed_request",
                 fmt::format("The request is not valid HTTP: {}.", error.message())};
}

Problem RequestReader::body_too_large() const {
  return Problem{413, "body_too_large",
                 fmt::format("The body is larger than {} bytes.", limits_.max_body)};
}

}  // namespace genre::http
