// State shared by all requests of a server.
#pragma once

#include <cstddef>
#include <functional>

#include "http/access_log.h"
#include "http/asio.h"
#include "http/cors.h"
#include "http/exchange.h"
#include "http/gate.h"
#include "http/problem.h"
#include "server/async_jobs.h"
#include "server/live/live_sessions.h"
#include "server/metrics.h"
#include "server/models.h"
#include "server/options.h"
#include "server/worker_pool.h"

namespace genre::server {

namespace net = http::net;

// Use it on the I/O thread only.
struct Service {
  const ServerOptions& options;
  const Models& models;
  WorkerPool& workers;
  LiveSessions& live;
  http::ServerState state;
  http::Gate gate;
  http::Cors cors;
  http::AccessLog log;
  AsyncJobs jobs{options.async};
  Metrics metrics{models.names(), options.revision};
  std::function<net::awaitable<http::Reply>(std::size_t)> reload = {};  // the model at this index
  std::function<std::size_t()> n_connections = [] { return std::size_t{0}; };
  bool ready = false;  // all models have passed their self-test
};

}  // namespace genre::server
