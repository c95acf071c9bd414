// The requests of one connection, one after the other.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "http/access_log.h"
#include "http/asio.h"
#include "http/byte_budget.h"
#include "http/connection.h"
#include "http/cors.h"
#include "http/gate.h"
#include "server/metrics.h"
#include "server/model_slot.h"
#include "server/options.h"
#include "server/worker_pool.h"

namespace genre::server {

namespace beast = http::beast;
namespace net = http::net;
using http::error_code;

// For connections that look idle once the server stops: the client may be sending.
inline constexpr std::chrono::milliseconds kIdleGrace{1000};

// What the sessions of a server share. Belongs to the I/O thread.
struct Service {
  const ServerOptions& options;
  const ModelSlot& models;
  WorkerPool& workers;
  http::Gate gate;
  http::Cors cors;
  http::ByteBudget budget;
  http::AccessLog log;
  Metrics metrics = {};
  std::function<net::awaitable<http::Reply>()> reload = {};  // the model
  std::size_t connections = 0;
  bool ready = false;
  bool stopping = false;  // answers are the last of their connection
};

// Serves the connection until it ends. service must outlive the coroutine.
[[nodiscard]] net::awaitable<void> serve(std::shared_ptr<http::Connection> connection,
                                         Service& service);

// Answers 503, before any request, to a connection that is one too many.
[[nodiscard]] net::awaitable<void> turn_away(std::shared_ptr<http::Connection> connection,
                                             Service& service);

}  // namespace genre::server
