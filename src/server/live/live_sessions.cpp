#include "server/live/live_sessions.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "predict/live_prediction.h"
#include "server/api/error_response.h"

namespace genre::server {

LiveSessions::LiveSessions(http::net::io_context& io, WorkerPool& workers, Metrics& metrics,
                           const ServerOptions& options)
    : io_(io), workers_(workers), metrics_(metrics), options_(options) {}

LiveSessions::~LiveSessions() {
  for (const auto& session : sessions_) session->close();
}

tl::expected<std::shared_ptr<LiveSession>, http::Problem> LiveSessions::start(
    std::string client, ModelInUse model, const LiveQuery& query) {
  if (const auto live = predict::check_live(model.model->info()); !live) {
    return tl::make_unexpected(to_problem(live.error()));
  }
  if (stopping_) {
    return tl::make_unexpected(http::busy("stopping", "The server is shutting down."));
  }
  if (sessions_.size() >= options_.streams.max_streams) {
    return tl::make_unexpected(
        http::busy("too_many_streams",
                   fmt::format("The server has reached its limit of {} live predictions at once.",
                               options_.streams.max_streams)));
  }
  // A weak pointer, because the session has the callback.
  const auto self = std::make_shared<std::weak_ptr<LiveSession>>();
  auto session = std::make_shared<LiveSession>(
      io_, workers_, metrics_,
      LiveOptions{.limits = {.allow_adpcm = options_.allow_adpcm,
                             .allow_ffmpeg = options_.allow_ffmpeg,
                             .strict = options_.strict},
                  .client = std::move(client),
                  .model = std::move(model),
                  .query = query,
                  .max_rate = options_.streams.max_rate},
      // Not at once: the session is still in the function that calls this.
      [this, self] {
        http::net::post(io_, [this, session = self->lock()] { sessions_.erase(session); });
      });
  *self = session;
  sessions_.insert(session);
  return session;
}

void LiveSessions::stop() {
  stopping_ = true;
  // A copy: a session may end, and so leave the set, at once.
  for (const auto& session : std::vector(sessions_.begin(), sessions_.end())) session->stop();
}

}  // namespace genre::server
