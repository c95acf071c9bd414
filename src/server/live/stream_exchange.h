// POST /v1/stream: the body is predicted while it arrives, and so is the response sent.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "http/asio.h"
#include "http/exchange.h"
#include "http/problem.h"
#include "server/live/live_session.h"

namespace genre::server {

// Sends the response to a live prediction. Use it on the I/O thread only.
class LiveExchange {
 public:
  LiveExchange() = default;
  virtual ~LiveExchange() = default;
  LiveExchange(const LiveExchange&) = delete;
  LiveExchange& operator=(const LiveExchange&) = delete;

  // head: with the header fields of every response. Does not throw.
  [[nodiscard]] virtual http::net::awaitable<void> send(const http::Response& head) = 0;
};

class StreamExchange final : public LiveExchange {
 public:
  // idle: the longest time without a byte. exchange must outlive the object.
  StreamExchange(http::Exchange& exchange, std::shared_ptr<LiveSession> session,
                 bool server_sent_events, std::chrono::milliseconds idle,
                 const http::net::any_io_executor& executor);

  // Reads until the format of the audio is known. Returns the head of the response, or a problem if
  // the body is not audio; then the reading has ended.
  [[nodiscard]] http::net::awaitable<http::Reply> begin();

  // Sends the head and what follows it, until the end.
  [[nodiscard]] http::net::awaitable<void> send(const http::Response& head) override;

 private:
  [[nodiscard]] http::net::awaitable<void> read_all();
  [[nodiscard]] http::net::awaitable<void> end_reading();
  [[nodiscard]] std::string text_of(const LiveEvent& event) const;

  http::Exchange& exchange_;
  const std::shared_ptr<LiveSession> session_;
  const bool server_sent_events_;
  const std::chrono::milliseconds idle_;
  bool reading_ = false;  // read_all is in progress
  bool read_more_ = true;
  http::net::steady_timer read_ended_;
};

}  // namespace genre::server
