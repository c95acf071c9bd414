// The live predictions in progress.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <tl/expected.hpp>
#include <unordered_set>

#include "http/problem.h"
#include "server/live/live_session.h"
#include "server/options.h"

namespace genre::server {

// Use it on the I/O thread only.
class LiveSessions {
 public:
  // Must be destroyed after the workers and before the I/O context.
  LiveSessions(http::net::io_context& io, WorkerPool& workers, Metrics& metrics,
               const ServerOptions& options);
  ~LiveSessions();
  LiveSessions(const LiveSessions&) = delete;
  LiveSessions& operator=(const LiveSessions&) = delete;

  // Problem: 503 beyond the limit or while the server stops; 422 for a model that needs the whole
  // file.
  [[nodiscard]] tl::expected<std::shared_ptr<LiveSession>, http::Problem> start(
      std::string client, ModelInUse model, const LiveQuery& query);

  // Ends all of them, each with its last events.
  void stop();

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  http::net::io_context& io_;
  WorkerPool& workers_;
  Metrics& metrics_;
  const ServerOptions& options_;
  std::unordered_set<std::shared_ptr<LiveSession>> sessions_;
  bool stopping_ = false;
};

}  // namespace genre::server
