#include "http/connection.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace genre::http {
namespace {

constexpr std::size_t kReadAhead = 16 * kKiB;    // bytes
constexpr std::size_t kLingerPiece = 64 * kKiB;  // bytes
constexpr std::size_t kLingerBytes = 256 * kMiB;
constexpr std::chrono::milliseconds kLingerTime{5'000};
// A client that has closed only its sending side may still be waiting for the response. TCP cannot
// tell it from a client that is gone, so its request continues for this time.
constexpr std::chrono::milliseconds kGoneAfter{1'000};

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream)
    : stream_(std::move(stream)), timer_(stream_->executor()) {}

// Each read and write moves the deadline, mostly to a later time. Resetting the timer each time
// would cost two system calls and an allocation. So a timer that is set too early stays: when it
// expires, it is set to the deadline of that moment. Only an earlier deadline needs a new wait.
void Connection::set_deadline(Clock::time_point time) {
  timed_out_ = false;
  deadline_ = time;
  if (!timer_set_ || time < timer_.expiry()) set_timer();
}

void Connection::set_timer() {
  timer_set_ = true;
  timer_.expires_at(deadline_);
  // A weak pointer: a pending wait must not keep a closed connection, and its socket, open.
  timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    self->timer_set_ = false;
    if (self->deadline_ > Clock::now()) return self->set_timer();
    self->timed_out_ = !self->gone_;
    if (self->on_end_) {
      self->on_end_();  // no I/O to cancel: a worker processes the request
    } else {
      self->stream_->cancel();
    }
  });
}

void Connection::begin(const Pace& pace) {
  pace_ = pace;
  begun_ = Clock::now();
  transferred_ = 0;
}

// Each piece must arrive within `silence`, and the message at min_rate on average. Without the
// second limit, a client could hold a connection for hours by sending a byte now and then. The
// average is not checked during the first `silence`, so that a slow start is no error.
void Connection::keep_pace() {
  using Seconds = std::chrono::duration<double>;
  const Seconds enough(static_cast<double>(transferred_) / static_cast<double>(pace_.min_rate));
  const auto whole = begun_ + pace_.silence + std::chrono::duration_cast<Clock::duration>(enough);
  set_deadline(std::min(Clock::now() + pace_.silence, whole));
}

net::awaitable<void> Connection::handshake(error_code& error) {
  keep_pace();
  // A client without a request keeps nobody out, and does not delay the stop.
  idle_ = true;
  idle_since_ = Clock::now();
  co_await stream_->handshake(error);
  idle_ = false;
}

net::awaitable<std::size_t> Connection::read_some(net::mutable_buffer space, error_code& error) {
  keep_pace();
  const std::size_t got = co_await stream_->read_some(space, error);
  transferred_ += got;
  co_return got;
}

net::awaitable<void> Connection::write(net::const_buffer data, error_code& error) {
  error.clear();
  while (!error && data.size() > 0) {
    keep_pace();
    const std::size_t sent = co_await stream_->write_some(data, error);
    transferred_ += sent;
    data += sent;
  }
}

net::awaitable<bool> Connection::wait_idle(beast::flat_buffer& buffer,
                                           std::chrono::milliseconds time) {
  error_code error;
  idle_ = true;
  idle_since_ = Clock::now();
  set_deadline(idle_since_ + time);
  const std::size_t got = co_await stream_->read_some(buffer.prepare(kReadAhead), error);
  idle_ = false;
  buffer.commit(got);
  co_return !error;
}

void Connection::limit_idle(std::chrono::milliseconds time) {
  if (idle_) set_deadline(std::min(deadline_, Clock::now() + time));
}

bool Connection::end_idle() {
  if (!idle_ || stream_->has_bytes()) return false;
  idle_ = false;
  stream_->cancel();
  return true;
}

// A pipelining client sends its next request instead. An end that follows it is not noticed: the
// work is then wasted, but nothing fails.
void Connection::watch(std::chrono::milliseconds time, std::function<void()> on_end) {
  on_end_ = std::move(on_end);
  set_deadline(Clock::now() + time);
  stream_->wait_end(shared_from_this(), [this](bool gone) {
    if (!gone || !on_end_) return;
    gone_ = true;
    set_deadline(std::min(deadline_, Clock::now() + kGoneAfter));
  });
}

void Connection::stop_watching() {
  on_end_ = nullptr;
  stream_->cancel();  // ends wait_end; nothing else is in progress
}

net::awaitable<void> Connection::linger() {
  lingering_ = true;
  begin({.silence = kLingerTime, .min_rate = kLingerBytes});
  keep_pace();
  co_await stream_->end();
  error_code error;
  // Shared by all connections: the bytes are never read, and there is only one I/O thread.
  static std::array<std::byte, kLingerPiece> discarded;
  for (std::size_t total = 0; !error && total < kLingerBytes;) {
    total += co_await read_some(net::buffer(discarded), error);
  }
}

}  // namespace genre::http
