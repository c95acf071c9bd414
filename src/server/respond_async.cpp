// "Prefer: respond-async" (RFC 7240): the response is a job, and the prediction goes on without the
// client.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "base/json_text.h"
#include "http/body.h"
#include "http/client_network.h"
#include "http/negotiation.h"
#include "server/api/error_response.h"
#include "server/middlewares.h"
#include "server/run_work.h"

namespace genre::server {
namespace {

constexpr std::string_view kPreference = "respond-async";

// The result of a job without a prediction.
http::Response failed(const AsyncJob& job, const http::Problem& problem) {
  const nlohmann::ordered_json json = {{"id", job.id()},
                                       {"state", "failed"},
                                       {"fraction", nullptr},
                                       {"windows", job.progress()->n_windows.load()},
                                       {"error", http::to_json(problem)}};
  return {.body = base::json_text(json)};
}

// Owns all that the workers read, and always waits for them, as run_job does.
net::awaitable<void> run_async(Service& service, std::shared_ptr<AsyncJob> async, Job job,
                               http::Body::Taken body, std::string peer) {
  http::Reply reply = tl::make_unexpected(internal_error());
  try {
    const WorkOrder order{.service = service,
                          .job = job,
                          .body = body.bytes(),
                          .peer = std::move(peer),
                          .accept_encoding = {}};
    reply = co_await run_work(order, async->stop_token());
  } catch (const std::exception& error) {
    service.log.error(error.what());
  }
  service.jobs.finish(*async, reply ? *std::move(reply) : failed(*async, reply.error()),
                      AsyncJobs::Clock::now());
}

}  // namespace

net::awaitable<http::Reply> respond_async(Request& request, Next next) {
  Service& service = request.service;
  auto* predict = std::get_if<PredictJob>(&request.job.work);
  const bool wanted = http::prefers(request.exchange.header("Prefer"), kPreference);
  // Without a body, the error comes at once.
  if (!predict || !wanted || !service.jobs.enabled() || request.exchange.body().empty()) {
    co_return co_await next();
  }
  if (service.state.stopping) {
    co_return tl::make_unexpected(http::busy("stopping", "The server is shutting down."));
  }
  // The queue may have filled up while the body arrived.
  if (service.workers.full()) co_return tl::make_unexpected(queue_full());
  const std::string peer = request.exchange.peer();
  auto added = service.jobs.add(http::client_network(peer), AsyncJobs::Clock::now());
  if (!added) co_return tl::make_unexpected(std::move(added.error()));
  const std::shared_ptr<AsyncJob> async = *std::move(added);
  predict->async = AsyncPrediction{async->id(), async->progress()};
  net::co_spawn(
      co_await net::this_coro::executor,
      run_async(service, async, std::move(request.job), request.exchange.take_body(), peer),
      net::detached);
  http::Reply reply = service.jobs.get(async->id(), AsyncJobs::Clock::now());
  reply->status = 202;
  reply->headers.emplace_back("Location", async->path());
  reply->headers.emplace_back("Preference-Applied", kPreference);
  co_return reply;
}

}  // namespace genre::server
