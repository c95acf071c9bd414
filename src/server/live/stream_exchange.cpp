#include "server/live/stream_exchange.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace genre::server {

namespace net = http::net;
using Kind = LiveEvent::Kind;

StreamExchange::StreamExchange(http::Exchange& exchange, std::shared_ptr<LiveSession> session,
                               bool server_sent_events, std::chrono::milliseconds idle,
                               const net::any_io_executor& executor)
    : exchange_(exchange),
      session_(std::move(session)),
      server_sent_events_(server_sent_events),
      idle_(idle),
      read_ended_(executor) {
  session_->on_stop([this] {
    read_more_ = false;
    exchange_.cancel();
  });
}

net::awaitable<http::Reply> StreamExchange::begin() {
  reading_ = true;
  net::co_spawn(read_ended_.get_executor(), read_all(), net::detached);
  const std::optional<LiveEvent> first = co_await session_->next();
  if (first && first->kind == Kind::kStarted) {
    co_return http::Response{
        .content_type = server_sent_events_ ? "text/event-stream" : "application/x-ndjson",
        .body = {},
        .headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}}};
  }
  co_await end_reading();
  session_->abandon();
  if (first && first->problem) co_return tl::make_unexpected(*first->problem);
  // The client was gone before there was any audio.
  co_return tl::make_unexpected(
      http::Problem{400, "malformed_request", "The stream has no audio."});
}

// Runs beside the other functions, which wait for it before they end.
net::awaitable<void> StreamExchange::read_all() {
  try {
    while (read_more_) {
      auto piece = co_await exchange_.read_piece(idle_);
      const bool ended = !piece || piece->empty();
      if (!piece) session_->end(std::move(piece.error()));
      if (ended) break;
      co_await session_->write(std::move(*piece));
    }
    session_->end();
  } catch (const std::exception&) {
    session_->abandon();  // the client is gone
  }
  reading_ = false;
  read_ended_.cancel();
}

net::awaitable<void> StreamExchange::end_reading() {
  read_more_ = false;
  while (reading_) {
    exchange_.cancel();
    http::error_code cancelled;
    read_ended_.expires_at(std::chrono::steady_clock::time_point::max());
    co_await read_ended_.async_wait(http::into(cancelled));
  }
  session_->on_stop({});
}

std::string StreamExchange::text_of(const LiveEvent& event) const {
  if (!server_sent_events_) return event.json + "\n";
  const char* name = event.kind == Kind::kWindow    ? "window"
                     : event.kind == Kind::kSummary ? "summary"
                                                    : "error";
  return fmt::format("event: {}\ndata: {}\n\n", name, event.json);
}

net::awaitable<void> StreamExchange::send(const http::Response& head) {
  bool sent = false;
  try {
    sent = co_await exchange_.begin_response(head);
    while (sent) {
      const std::optional<LiveEvent> event = co_await session_->next();
      if (!event) break;
      sent = co_await exchange_.write_piece(text_of(*event));
    }
    if (sent) sent = co_await exchange_.end_response();
  } catch (const std::exception&) {
    sent = false;
  }
  if (!sent) session_->abandon();
  co_await end_reading();
}

}  // namespace genre::server
