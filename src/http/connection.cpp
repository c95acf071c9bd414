#include "http/connection.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace genre::http {
namespace {

constexpr std::size_t kReadAhead = 16 * 1024;    // bytes
constexpr std::size_t kLingerPiece = 64 * 1024;  // bytes
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024 * 1024;
constexpr std::chrono::milliseconds kLingerTime{5'000};
// A client may have ended its own side only, and be waiting for the answer.
constexpr std::chrono::milliseconds kGoneAfter{1'000};

}  // namespace

Connection::Connection(std::unique_ptr<Stream> stream)
    : stream_(std::move(stream)), timer_(stream_->executor()) {}

// Deadlines mostly move on, many times a request: the timer is left alone then, and set again when
// it goes off.
void Connection::set_deadline(Clock::time_point time) {
  timed_out_ = false;
  deadline_ = time;
  if (!timer_set_ || time < timer_.expiry()) set_timer();
}

void Connection::set_timer() {
  timer_set_ = true;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    self->timer_set_ = false;
    if (self->deadline_ > Clock::now()) return self->set_timer();
    self->timed_out_ = !self->gone_;
    if (self->on_end_) {
      self->on_end_();
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

void Connection::keep_pace() {
  using Seconds = std::chrono::duration<double>;
  const Seconds enough(static_cast<double>(transferred_) / static_cast<double>(pace_.min_rate));
  const auto whole = begun_ + pace_.silence + std::chrono::duration_cast<Clock::duration>(enough);
  set_deadline(std::min(Clock::now() + pace_.silence, whole));
}

net::awaitable<void> Connection::handshake(error_code& error) {
  keep_pace();
  co_await stream_->handshake(error);
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
  set_deadline(Clock::now() + time);
  const std::size_t got = co_await stream_->read_some(buffer.prepare(kReadAhead), error);
  idle_ = false;
  buffer.commit(got);
  co_return !error;
}

void Connection::stop_waiting(std::chrono::milliseconds time) {
  if (idle_) set_deadline(std::min(deadline_, Clock::now() + time));
}

void Connection::watch(std::chrono::milliseconds time, std::function<void()> on_end) {
  on_end_ = std::move(on_end);
  set_deadline(Clock::now() + time);
  stream_->wait_readable([weak = weak_from_this()](error_code error) {
    const auto self = weak.lock();
    if (error || !self || !self->on_end_ || !self->stream_->at_end()) return;
    self->gone_ = true;
    self->set_deadline(std::min(self->deadline_, Clock::now() + kGoneAfter));
  });
}

void Connection::stop_watching() {
  on_end_ = nullptr;
  stream_->cancel();
}

net::awaitable<void> Connection::linger() {
  begin({.silence = kLingerTime, .min_rate = kLingerBytes});
  keep_pace();
  co_await stream_->end();
  error_code error;
  static std::array<std::byte, kLingerPiece> discarded;  // everybody's: nobody looks at it
  for (std::size_t total = 0; !error && total < kLingerBytes;) {
    total += co_await read_some(net::buffer(discarded), error);
  }
}

}  // namespace genre::http
