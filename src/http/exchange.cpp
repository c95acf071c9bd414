#include "http/exchange.h"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "http/target.h"

namespace genre::http {
namespace {

// The deadlines of a connection are for one operation at a time, so an exchange that reads and
// writes at once has its own.
constexpr Pace kNoPace{.silence = std::chrono::hours(24 * 365), .min_rate = 1};

// Cancels what is in progress on the connection when the time is over, unless it ends before.
class Deadline {
 public:
  Deadline(const net::any_io_executor& executor, std::chrono::milliseconds time,
           Connection& connection)
      : timer_(executor, time) {
    // An expired timer may call back after the end of this object.
    timer_.async_wait(
        [passed = passed_, connection = connection.weak_from_this()](error_code error) {
          const auto open = connection.lock();
          if (error || !open || *passed) return;
          *passed = true;
          open->cancel_read();
        });
  }
  ~Deadline() { *passed_ = true; }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] bool passed() const { return *passed_; }

 private:
  std::shared_ptr<bool> passed_ = std::make_shared<bool>(false);
  net::steady_timer timer_;
};

}  // namespace

Exchange::Exchange(Connection& connection, beast::flat_buffer& buffer, ServerState& state)
    : connection_(connection),
      buffer_(buffer),
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

net::awaitable<tl::expected<std::string, Problem>> Exchange::read_piece(
    std::chrono::milliseconds time) {
  connection_.begin(kNoPace);
  const Deadline deadline(co_await net::this_coro::executor, time, connection_);
  auto piece = co_await request_.read_piece();
  if (piece) n_received_ += piece->size();
  if (!piece || !piece->empty() || !deadline.passed()) co_return piece;
  co_return tl::make_unexpected(
      Problem{408, "request_timeout",
              fmt::format("The stream ended because nothing arrived for {} s.",
                          std::chrono::duration<double>(time).count())});
}

net::awaitable<bool> Exchange::write(std::string bytes) {
  connection_.begin(kNoPace);
  const Deadline deadline(co_await net::this_coro::executor, state_.limits.pace.silence,
                          connection_);
  error_code error;
  co_await connection_.write(net::buffer(bytes), error);
  co_return !error;
}

net::awaitable<std::size_t> Exchange::read_raw(net::mutable_buffer space, error_code& error) {
  std::size_t n = net::buffer_copy(space, buffer_.data());
  buffer_.consume(n);
  if (n == 0) {
    connection_.begin(kNoPace);
    n = co_await connection_.read_some(space, error);
  }
  n_received_ += n;
  co_return n;
}

net::awaitable<std::size_t> Exchange::write_raw(std::string bytes, error_code& error) {
  const std::size_t n = bytes.size();
  sent_ = co_await write(std::move(bytes));
  if (!sent_) error = net::error::connection_aborted;
  n_written_ += n;
  co_return sent_ ? n : 0;
}

net::awaitable<bool> Exchange::begin_response(const Response& head) {
  return write(streaming_head_of(head, request_.head().version));
}

net::awaitable<bool> Exchange::write_piece(std::string bytes) {
  n_written_ += bytes.size();
  return write(chunk_of(bytes, request_.head().version));
}

net::awaitable<bool> Exchange::end_response() {
  sent_ = co_await write(chunk_of("", request_.head().version));
  co_return sent_;
}

}  // namespace genre::http
