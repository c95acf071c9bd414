// One client's connection: deadlines, idleness, and an orderly end.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/asio.h"
#include "http/limits.h"
#include "http/stream.h"

namespace genre::http {

// Belongs to the I/O thread. Made by std::make_shared.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(std::unique_ptr<Stream> stream);

  [[nodiscard]] std::string peer() const { return stream_->peer(); }

  // Begins a message, to which the pace then applies piece by piece.
  void begin(const Pace& pace);

  // These end with operation_aborted, and timed_out() true, where the client is too slow.
  [[nodiscard]] net::awaitable<void> handshake(error_code& error);
  [[nodiscard]] net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error);
  [[nodiscard]] net::awaitable<void> write(net::const_buffer data, error_code& error);
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  // Waits for more bytes, appended to buffer. False: nothing came within this time, the client has
  // closed, or the server stops.
  [[nodiscard]] net::awaitable<bool> wait_idle(beast::flat_buffer& buffer,
                                               std::chrono::milliseconds time);

  // Ends wait_idle, where that is what the connection does, after this time at the latest.
  void stop_waiting(std::chrono::milliseconds time);

  // Calls back, until stop_watching, where the time is over, and timed_out() is true, or the client
  // has gone. Nothing is read or written meanwhile.
  void watch(std::chrono::milliseconds time, std::function<void()> on_end);
  void stop_watching();

  // Tells the client that nothing more comes, and takes in what it is still sending: closing at
  // once would reset the connection and could cost the client the answer that is on its way.
  [[nodiscard]] net::awaitable<void> linger();

 private:
  using Clock = std::chrono::steady_clock;

  void set_deadline(Clock::time_point time);
  void set_timer();
  void keep_pace();

  std::unique_ptr<Stream> stream_;
  net::steady_timer timer_;
  Pace pace_{};
  bool timer_set_ = false;
  Clock::time_point deadline_;  // what is under way is cancelled then
  Clock::time_point begun_;
  std::size_t transferred_ = 0;   // bytes of the message
  std::function<void()> on_end_;  // of watch
  bool timed_out_ = false;
  bool gone_ = false;
  bool idle_ = false;
};

}  // namespace genre::http
