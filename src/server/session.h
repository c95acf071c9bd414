// The requests of one connection, one after the other.
#pragma once

#include <memory>

#include "genre/model.h"
#include "server/access_log.h"
#include "server/http/asio.h"
#include "server/http/byte_budget.h"
#include "server/http/connection.h"
#include "server/options.h"
#include "server/worker_pool.h"

namespace genre::server {

// What the sessions of a server share. Belongs to the I/O thread.
struct Service {
  const ServerOptions& options;
  const ModelInfo& model;
  WorkerPool& workers;
  ByteBudget budget;
  AccessLog log;
  bool stopping = false;  // answers are the last of their connection
};

// Serves the connection until it ends. service must outlive the coroutine.
[[nodiscard]] net::awaitable<void> serve(std::shared_ptr<Connection> connection, Service& service);

// Answers 503, before any request, to a connection that is one too many.
[[nodiscard]] net::awaitable<void> turn_away(std::shared_ptr<Connection> connection,
                                             Service& service);

}  // namespace genre::server
