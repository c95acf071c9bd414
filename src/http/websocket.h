// WebSocket (RFC 6455) on a connection whose request asks for it, with Beast.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/asio.h"
#include "http/exchange.h"
#include "http/response.h"

namespace genre::http {

// Whether the request is a handshake of WebSocket.
[[nodiscard]] bool is_websocket(const Exchange& exchange);

// Close codes: RFC 6455, section 7.4.1.
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kUnsupportedData = 1003,
  kPolicyViolation = 1008,
  kInternalError = 1011,
};

// One coroutine may receive while another one sends. A client that answers no pings counts as gone.
// Use it on the I/O thread only.
class WebSocket {
 public:
  // exchange: its head is a handshake. It must outlive the object. max_message: bytes.
  WebSocket(Exchange& exchange, std::size_t max_message);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // Sends the response to the handshake. False: it is not valid, or the client is gone.
  [[nodiscard]] net::awaitable<bool> accept(const Headers& headers);

  struct Message {
    bool binary = false;
    std::string data;
  };
  // The next message; nothing once the connection closes.
  [[nodiscard]] net::awaitable<std::optional<Message>> receive();

  // False: the connection is closed.
  [[nodiscard]] net::awaitable<bool> send_text(const std::string& text);

  // Ends the connection, after an exchange of close frames. Ends receive, too.
  [[nodiscard]] net::awaitable<void> close(CloseCode code, std::string reason);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::http
