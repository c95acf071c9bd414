#include "server/live/live_socket.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace genre::server {
namespace {

namespace net = http::net;
using http::CloseCode;

constexpr std::size_t kMaxMessage = http::kMiB;

CloseCode close_code(const http::Problem& problem) {
  if (problem.code == "stopping") return CloseCode::kGoingAway;
  switch (problem.status) {
    case 415:
    case 422:
      return CloseCode::kUnsupportedData;
    case 500:
      return CloseCode::kInternalError;
    default:
      return CloseCode::kPolicyViolation;
  }
}

}  // namespace

LiveSocket::LiveSocket(http::Exchange& exchange, std::shared_ptr<LiveSession> session,
                       std::chrono::milliseconds idle, const net::any_io_executor& executor)
    : socket_(exchange, kMaxMessage),
      session_(std::move(session)),
      idle_(idle),
      idle_timer_(executor),
      received_(executor) {}

// Pings keep a connection open that is only quiet, so audio has a time of its own.
void LiveSocket::expect_audio() {
  idle_timer_.expires_after(idle_);
  idle_timer_.async_wait(
      [session = std::weak_ptr(session_), idle = idle_](http::error_code cancelled) {
        const auto open = session.lock();
        if (cancelled || !open) return;
        open->end(http::Problem{408, "request_timeout",
                                fmt::format("The stream ended because no audio arrived for {} s.",
                                            std::chrono::duration<double>(idle).count())});
      });
}

// Runs beside send, which waits for it before it ends.
net::awaitable<void> LiveSocket::receive_all() {
  try {
    for (bool ended = false;;) {
      if (!ended) expect_audio();
      auto message = co_await socket_.receive();
      if (!message) break;
      if (message->binary) {
        co_await session_->write(std::move(message->data));
        continue;
      }
      ended = true;
      idle_timer_.cancel();
      if (message->data == "end") {
        session_->end();
      } else {
        session_->end(http::Problem{400, "malformed_request", "The only text message is: end"});
      }
    }
  } catch (const std::exception&) {
    // As if the client had closed.
  }
  idle_timer_.cancel();
  leaving_ = true;
  session_->abandon();
  receiving_ = false;
  received_.cancel();
}

net::awaitable<void> LiveSocket::send(const http::Response& head) {
  try {
    if (!co_await socket_.accept(head.headers)) {
      session_->abandon();
      co_return;
    }
    receiving_ = true;
    net::co_spawn(received_.get_executor(), receive_all(), net::detached);
    CloseCode code = CloseCode::kNormal;
    std::string reason;
    while (!leaving_) {
      const std::optional<LiveEvent> event = co_await session_->next();
      if (!event) break;
      if (event->problem) {
        code = close_code(*event->problem);
        reason = event->problem->code;
      }
      if (!event->json.empty() && !co_await socket_.send_text(event->json)) break;
    }
    co_await socket_.close(code, reason);
  } catch (const std::exception&) {
    session_->abandon();
  }
  while (receiving_) {
    http::error_code cancelled;
    received_.expires_at(std::chrono::steady_clock::time_point::max());
    co_await received_.async_wait(http::into(cancelled));
  }
}

}  // namespace genre::server
