// Accepts connections up to a limit and drains them when the server stops.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "http/asio.h"
#include "http/connection.h"
#include "http/session.h"

namespace genre::http {

struct ListenOptions {
  std::string host = "127.0.0.1";      // an address or a name
  std::uint16_t port = 8080;           // 0: any free port
  std::size_t max_connections = 1024;  // further ones get the response of `rejection`
};

// Use it on the I/O thread only.
class Listener {
 public:
  using Tls = std::shared_ptr<net::ssl::context>;  // null: plain HTTP

  // Starts to listen, on the socket from systemd's socket activation if there is one. Run accept to
  // accept connections. Raises the process's limit on open files to what max_connections needs.
  // state must outlive the listener. Throws boost::system::system_error if it cannot listen.
  Listener(net::io_context& io, const ListenOptions& options, ServerState& state, Tls tls,
           Handler handler, Handler rejection);

  // "http://127.0.0.1:8080", with the actual port.
  [[nodiscard]] std::string url() const;

  // Applies to connections accepted from now on.
  void set_tls(Tls tls) { tls_ = std::move(tls); }

  // Accepts connections until close.
  [[nodiscard]] net::awaitable<void> accept();

  // Stops accepting connections. Idle connections end within this time.
  void close(std::chrono::milliseconds idle_grace);

  // After close: waits until the last connection has ended. False if the time is over first.
  [[nodiscard]] net::awaitable<bool> drain(std::chrono::milliseconds time);

 private:
  void start_session(tcp::socket socket) noexcept;
  void end_session(const std::shared_ptr<Connection>& connection);

  net::io_context& io_;
  const std::size_t max_connections_;
  ServerState& state_;
  Tls tls_;
  const Handler handler_, rejection_;
  tcp::acceptor acceptor_;
  net::steady_timer drain_timer_;
  std::set<std::shared_ptr<Connection>> connections_;
};

}  // namespace genre::http
