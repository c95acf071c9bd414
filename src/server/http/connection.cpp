#include "server/http/connection.h"

#include <array>
#include <cstddef>
#include <utility>

namespace genre::server {
namespace {

constexpr std::size_t kReadAhead = 16 * 1024;    // bytes
constexpr std::size_t kLingerPiece = 64 * 1024;  // bytes
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024 * 1024;
constexpr std::chrono::milliseconds kLingerTime{5'000};

}  // namespace

Connection::Connection(tcp::socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

void Connection::set_deadline(std::chrono::milliseconds time) {
  timed_out_ = false;
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    // The deadline may have been moved after this call was already due.
    if (self->timer_.expiry() > net::steady_timer::clock_type::now()) return;
    self->timed_out_ = true;
    error_code ignored;
    self->socket_.cancel(ignored);
  });
}

net::awaitable<bool> Connection::wait_idle(beast::flat_buffer& buffer,
                                           std::chrono::milliseconds time) {
  error_code error;
  idle_ = true;
  set_deadline(time);
  const std::size_t got = co_await socket_.async_read_some(buffer.prepare(kReadAhead), into(error));
  idle_ = false;
  buffer.commit(got);
  co_return !error;
}

void Connection::stop_waiting() {
  error_code ignored;
  if (idle_) socket_.cancel(ignored);
}

net::awaitable<void> Connection::linger() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  set_deadline(kLingerTime);
  std::array<std::byte, kLingerPiece> discarded;
  for (std::size_t total = 0; !error && total < kLingerBytes;) {
    total += co_await socket_.async_read_some(net::buffer(discarded), into(error));
  }
}

}  // namespace genre::server
