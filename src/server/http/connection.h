// One client's socket: deadlines, idleness, and an orderly end.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "server/http/asio.h"

namespace genre::server {

// Belongs to the I/O thread. Made by std::make_shared.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(tcp::socket socket);

  [[nodiscard]] tcp::socket& socket() { return socket_; }

  // What is asked of the socket from here on is cancelled after this time, and timed_out() true,
  // unless another deadline is set meanwhile.
  void set_deadline(std::chrono::milliseconds time);
  [[nodiscard]] bool timed_out() const { return timed_out_; }

  // Waits for more bytes, appended to buffer. False: nothing came within this time, the client has
  // closed, or the server stops.
  [[nodiscard]] net::awaitable<bool> wait_idle(beast::flat_buffer& buffer,
                                               std::chrono::milliseconds time);

  // Ends wait_idle, where that is what the connection does.
  void stop_waiting();

  // Tells the client that nothing more comes, and takes in what it is still sending: closing at
  // once would reset the connection and could cost the client the answer that is on its way.
  [[nodiscard]] net::awaitable<void> linger();

 private:
  tcp::socket socket_;
  net::steady_timer timer_;
  bool timed_out_ = false;
  bool idle_ = false;
};

}  // namespace genre::server
