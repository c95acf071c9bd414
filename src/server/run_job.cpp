#include <chrono>
#include <span>
#include <stop_token>
#include <tl/expected.hpp>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "http/negotiation.h"
#include "http/offload.h"
#include "server/api/error_response.h"
#include "server/api/instances.h"
#include "server/api/open_inference.h"
#include "server/middlewares.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = Result<http::Reply>;

http::Reply predict_or_infer(const Job& job, std::span<const std::byte> body,
                             Predictor& predictor) {
  if (const auto* inference = std::get_if<InferenceJob>(&job.work)) {
    return infer(body, inference->header_length, inference->model_name, predictor);
  }
  if (std::holds_alternative<InstancesJob>(job.work)) return predict_instances(body, predictor);
  return run(std::get<PredictJob>(job.work), body, predictor);
}

// Runs on the worker's thread. An exception there would end the process, so it becomes an error.
Outcome run_measured(const Request& request, std::stop_token stop, Clock::time_point queued,
                     ThreadPredictor& thread) {
  const auto started = Clock::now();
  StageTimes spent;
  Outcome outcome = base::attempt([&]() -> Outcome {
    Predictor& predictor = thread.get(request.service.models.get(request.job.model));
    predictor.cancel_by(std::move(stop));
    const StageTimes before = predictor.times();
    auto reply = predict_or_infer(request.job, request.exchange.body(), predictor);
    spent = predictor.times() - before;
    // Here, because compressing a long list of segments would hold up the I/O thread.
    using Field = boost::beast::http::field;
    if (reply) http::compress(*reply, request.exchange.header(Field::accept_encoding));
    return reply;
  });
  request.service.metrics.record_prediction(request.job.model, {.queued = started - queued,
                                                                .worked = Clock::now() - started,
                                                                .spent = spent,
                                                                .succeeded = outcome && *outcome});
  return outcome;
}

}  // namespace

// The worker reads the job and the body in place, in this coroutine's frame and in the exchange. So
// the coroutine must always wait for the worker: when the client disconnects or the deadline
// passes, it only requests the prediction to stop and keeps waiting until it has stopped.
net::awaitable<http::Reply> run_job(Request& request, Next) {
  Service& service = request.service;
  std::stop_source stop;
  const http::Exchange::Watch watch(request.exchange, service.options.predict_timeout,
                                    [stop]() mutable { stop.request_stop(); });
  Outcome outcome = co_await http::offload<Outcome>([&](auto finish) {
    const bool accepted = service.workers.try_submit(
        [&request, stop, finish, queued = Clock::now()](ThreadPredictor& thread) {
          // finish may resume and end the coroutine, so request must not be used after it.
          finish(run_measured(request, stop.get_token(), queued, thread));
        });
    // The queue may have filled up since check_queue.
    if (!accepted) finish(http::Reply(tl::make_unexpected(queue_full())));
  });
  if (outcome) co_return *std::move(outcome);
  service.log.error(outcome.error().message);
  co_return tl::make_unexpected(to_problem(outcome.error()));
}

}  // namespace genre::server
