// One client connection: deadlines, idle time and graceful close.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/asio.h"
#include "http/limits.h"
#include "http/stream.h"

namespace genre::http {

// The client is gone or the network has failed: no response can be sent.
struct ConnectionLost : boost::system::system_error {
  using system_error::system_error;
};

// Use it on the I/O thread only. Create it with std::make_shared: callbacks that may outlive it
// hold weak pointers.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(std::unique_ptr<Stream> stream);

  [[nodiscard]] std::string peer() const { return stream_->peer(); }

  [[nodiscard]] net::any_io_executor executor() const { return stream_->executor(); }

  // Begins a message. The following reads and writes must keep this pace.
  void begin(const Pace& pace);

  // If the client is too slow, these end with operation_aborted and timed_out() is true.
  [[nodiscard]] net::awaitable<void> handshake(error_code& error);
  [[nodiscard]] net::awaitable<std::size_t> read_some(net::mutable_buffer space, error_code& error);
  [[nodiscard]] net::awaitable<void> write(net::const_buffer data, error_code& error);
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  // Ends the read in progress with operation_aborted.
  void cancel_read() { stream_->cancel(); }

  // Waits for the first bytes of a request and appends them to buffer. False: the time is over, the
  // client has closed, or the server is stopping.
  [[nodiscard]] net::awaitable<bool> wait_idle(beast::flat_buffer& buffer,
                                               std::chrono::milliseconds time);

  // If the connection is idle, ends it within this time, unless a request arrives.
  void limit_idle(std::chrono::milliseconds time);

  // If the connection is idle and no byte of a request has arrived, ends it. Returns whether it
  // did.
  [[nodiscard]] bool end_idle();
  [[nodiscard]] bool idle() const { return idle_; }  // in handshake or wait_idle
  [[nodiscard]] std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }

  // While a request is processed and nothing is read or written: calls on_end when the time is over
  // (then timed_out() is true) or the client is gone. Ends with stop_watching.
  void watch(std::chrono::milliseconds time, std::function<void()> on_end);
  void stop_watching();

  // Closes the sending side, then reads and discards what the client still sends. Closing with
  // unread bytes would make the kernel reset the connection, and a reset can discard the response
  // before the client has read it (RFC 9112, section 9.6).
  [[nodiscard]] net::awaitable<void> linger();
  [[nodiscard]] bool lingering() const { return lingering_; }  // the response has been sent

 private:
  using Clock = std::chrono::steady_clock;

  void set_deadline(Clock::time_point time);
  void set_timer();
  void keep_pace();

  std::unique_ptr<Stream> stream_;
  net::steady_timer timer_;
  Pace pace_{};
  bool timer_set_ = false;        // timer_ has a wait pending
  Clock::time_point deadline_;    // of the operation in progress; may be later than the timer
  Clock::time_point begun_;       // when the message began
  std::size_t transferred_ = 0;   // bytes of the message
  std::function<void()> on_end_;  // of watch; null otherwise
  bool timed_out_ = false;
  bool gone_ = false;       // watch has seen the client close its side
  bool idle_ = false;       // in handshake or wait_idle
  bool lingering_ = false;  // in linger
  Clock::time_point idle_since_;
};

}  // namespace genre::http
