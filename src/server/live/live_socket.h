// GET /v1/live: a live prediction over WebSocket, for browsers. Binary messages are audio, text
// messages are the events; the text "end" from the client ends the audio.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "http/exchange.h"
#include "http/websocket.h"
#include "server/live/live_session.h"
#include "server/live/stream_exchange.h"

namespace genre::server {

class LiveSocket final : public LiveExchange {
 public:
  // As StreamExchange.
  LiveSocket(http::Exchange& exchange, std::shared_ptr<LiveSession> session,
             std::chrono::milliseconds idle, const http::net::any_io_executor& executor);

  [[nodiscard]] http::net::awaitable<void> send(const http::Response& head) override;

 private:
  [[nodiscard]] http::net::awaitable<void> receive_all();
  void expect_audio();

  http::WebSocket socket_;
  const std::shared_ptr<LiveSession> session_;
  const std::chrono::milliseconds idle_;
  http::net::steady_timer idle_timer_;
  http::net::steady_timer received_;  // cancelled when receive_all has ended
  bool receiving_ = false;
  bool leaving_ = false;  // the client has closed
};

}  // namespace genre::server
