// Accepts connections up to a limit and drains them when the server stops.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "http/asio.h"
#include "http/connection.h"
#include "http/session.h"

namespace genre::http {

struct ListenOptions {
  std::string host = "127.0.0.1";      // an address or a name
  std::uint16_t port = 8080;           // 0: any free port
  std::size_t max_connections = 1024;  // further ones get the response of `rejection`
  std::size_t max_per_client = 0;      // of these; 0: default_max_per_client
  bool inherit = true;                 // the socket from systemd, if there is one
};

// Why it cannot listen, as a sentence.
struct ListenError : std::runtime_error {
  using runtime_error::runtime_error;
};

// Half of the connections, but 64 at least: a browser or a pool of a program has that many.
[[nodiscard]] std::size_t default_max_per_client(std::size_t max_connections);

// At the limit, idle connections make room for new ones: first that of the client with the most
// connections that was idle for longest. Use it on the I/O thread only.
class Listener {
 public:
  using Tls = std::shared_ptr<net::ssl::context>;  // null: plain HTTP

  // Starts to listen. Run accept to accept connections. Raises the process's limit on open files to
  // what max_connections needs. state must outlive the listener. Throws boost::system::system_error
  // if it cannot listen.
  Listener(net::io_context& io, const ListenOptions& options, ServerState& state, Tls tls,
           Handler handler, Handler rejection);

  // "http://127.0.0.1:8080", with the actual port.
  [[nodiscard]] std::string url() const;

  // Applies to connections accepted from now on.
  void set_tls(Tls tls) { tls_ = std::move(tls); }

  // That are open.
  [[nodiscard]] std::size_t n_connections() const { return connections_.size(); }

  // Accepts connections until close.
  [[nodiscard]] net::awaitable<void> accept();

  // Stops accepting connections. Idle connections end within this time.
  void close(std::chrono::milliseconds idle_grace);

  // After close: waits until the last connection has ended. False if the time is over first and a
  // response is not sent.
  [[nodiscard]] net::awaitable<bool> drain(std::chrono::milliseconds time);

 private:
  struct Session {
    std::string client;
    bool served;  // not rejected
  };
  using Sessions = std::map<std::shared_ptr<Connection>, Session>;

  void start_session(tcp::socket socket) noexcept;
  void end_session(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] bool admit(const std::string& client);
  [[nodiscard]] bool end_longest_idle(const std::string* client);

  net::io_context& io_;
  const ListenOptions options_;
  ServerState& state_;
  Tls tls_;
  const Handler handler_, rejection_;
  tcp::acceptor acceptor_;
  net::steady_timer drain_timer_;
  Sessions connections_;
  std::map<std::string, std::size_t> served_;  // connections by client
  std::size_t n_served_ = 0;
};

}  // namespace genre::http
