#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "http/client_network.h"
#include "http/negotiation.h"
#include "http/offload.h"
#include "server/api/error_response.h"
#include "server/api/instances.h"
#include "server/api/open_inference.h"
#include "server/api/peaks_job.h"
#include "server/live/live_socket.h"
#include "server/live/protocols.h"
#include "server/middlewares.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = Result<http::Reply>;

// A smaller body is parsed by a worker, between the steps of other requests.
constexpr std::size_t kLargeBody = http::kMiB;

std::unique_ptr<Work> make_work(const Request& request, std::stop_token stop) {
  const Models& models = request.service.models;
  const std::span<const std::byte> body = request.exchange.body();
  const auto& work = request.job.work;
  ModelInUse model{request.job.model, models.get(request.job.model)};
  if (const auto* inference = std::get_if<InferenceJob>(&work)) {
    return std::make_unique<InferenceWork>(body, inference->header_length, inference->model_name,
                                           std::move(model), std::move(stop));
  }
  if (std::holds_alternative<InstancesJob>(work)) {
    return std::make_unique<InstancesWork>(body, std::move(model), std::move(stop));
  }
  if (const auto* peaks = std::get_if<PeaksJob>(&work)) {
    return std::make_unique<PeaksWork>(*peaks, body, std::move(model), std::move(stop));
  }
  return std::make_unique<PredictWork>(std::get<PredictJob>(work), body, std::move(model), models,
                                       std::move(stop));
}

bool needs_parsing(const Job& job) {
  if (const auto* peaks = std::get_if<PeaksJob>(&job.work)) return peaks->boundary.has_value();
  const auto* predict = std::get_if<PredictJob>(&job.work);
  return !predict || predict->boundary;
}

http::Reply no_room() { return tl::make_unexpected(queue_full()); }

// A request on the workers' threads. Lives in the frame of the coroutine, until `finish` is called.
class Run {
 public:
  using Finish = std::function<void(Outcome)>;

  Run(Request& request, std::stop_token stop, Finish finish)
      : request_(request),
        peer_(request.exchange.peer()),
        client_(http::client_network(peer_)),
        work_(make_work(request, std::move(stop))),
        finish_(std::move(finish)) {}

  // Queues the work. The result is passed to finish, immediately if the queue is full.
  void start() {
    const bool accepted =
        needs_parsing(request_.job) && request_.exchange.body().size() > kLargeBody
            ? workers().try_submit_reading(client_, [this] { read_large(); })
            : workers().try_submit(client_, jobs(0, 1));
    // The queue may have filled up since check_queue.
    if (!accepted) finish_(no_room());
  }

 private:
  WorkerPool& workers() { return request_.service.workers; }

  std::list<WorkerPool::Job> jobs(std::size_t begin, std::size_t end) {
    std::list<WorkerPool::Job> jobs;
    for (std::size_t part = begin; part < end; ++part) {
      jobs.push_back({[this, part](ThreadPredictor& thread) { return step(part, thread); }});
    }
    return jobs;
  }

  // On a reader's thread.
  void read_large() {
    auto parts = read(0);
    if (!parts) return;
    auto accepted = base::attempt(
        [&]() -> Result<bool> { return workers().try_submit(client_, *std::move(parts)); });
    if (!accepted) return end(tl::make_unexpected(std::move(accepted.error())));
    if (!*accepted) end(base::attempt([]() -> Outcome { return no_room(); }));
  }

  // On a worker's thread. If it returns no further steps, this object may be gone.
  WorkerPool::Step step(std::size_t part, ThreadPredictor& thread) {
    if (!is_read_) {
      // Part 0 goes on in this job, the others become jobs of their own.
      auto others = read(1);
      if (!others) return {};
      return {.unfinished = true, .new_jobs = *std::move(others)};
    }
    auto unfinished = base::attempt([&]() -> Result<bool> { return step_part(part, thread); });
    if (unfinished && *unfinished) return {.unfinished = true};
    if (!unfinished) {
      const std::scoped_lock lock(mutex_);
      error_ = std::move(unfinished.error());
      failed_ = true;
    }
    if (--n_unfinished_ == 0) {
      end(error_ ? tl::make_unexpected(*std::move(error_))
                 : base::attempt([&]() -> Outcome { return response(); }));
    }
    return {};
  }

  // Reads the body and returns the jobs for its parts from `first` on. If the request is refused,
  // ends it and returns nothing.
  std::optional<std::list<WorkerPool::Job>> read(std::size_t first) {
    started_ = Clock::now();
    std::optional<http::Problem> refused;
    auto others = base::attempt([&]() -> Result<std::list<WorkerPool::Job>> {
      auto n_parts = work_->read();
      refused = n_parts ? request_.service.gate.charge(peer_, work_->n_predictions())
                        : std::optional(std::move(n_parts.error()));
      if (refused) return std::list<WorkerPool::Job>();
      n_unfinished_ = *n_parts;
      return jobs(first, *n_parts);
    });
    if (!others) {
      end(tl::make_unexpected(std::move(others.error())));
    } else if (refused) {
      end(http::Reply(tl::make_unexpected(*std::move(refused))));
    } else {
      is_read_ = true;
      return *std::move(others);
    }
    return std::nullopt;
  }

  bool step_part(std::size_t part, ThreadPredictor& thread) {
    if (failed_) return false;
    Predictor& predictor = thread.get(work_->model().model);
    const StageTimes before = predictor.times();
    const auto began = Clock::now();
    const bool unfinished = work_->step(part, predictor);
    const auto worked = Clock::now() - began;
    const StageTimes spent = predictor.times() - before;
    const std::scoped_lock lock(mutex_);
    spent_ += spent;
    worked_ += worked;
    return unfinished;
  }

  http::Reply response() {
    using Field = boost::beast::http::field;
    auto reply = work_->finish();
    // Here, because compressing a long list of segments would hold up the I/O thread.
    if (reply) http::compress(*reply, request_.exchange.header(Field::accept_encoding));
    return reply;
  }

  // Call it last: the coroutine may resume and destroy this object.
  void end(Outcome outcome) {
    if (work_->predicts()) {
      request_.service.metrics.record_prediction(work_->model().index,
                                                 {.queued = started_ - queued_,
                                                  .worked = worked_,
                                                  .spent = spent_,
                                                  .succeeded = outcome && *outcome});
    }
    work_.reset();  // large, so not on the I/O thread
    finish_(std::move(outcome));
  }

  Request& request_;
  const std::string peer_, client_;
  std::unique_ptr<Work> work_;
  const Finish finish_;
  const Clock::time_point queued_ = Clock::now();
  Clock::time_point started_;
  bool is_read_ = false;  // set before other threads have parts of this request
  std::atomic<std::size_t> n_unfinished_ = 0;  // parts
  std::atomic<bool> failed_ = false;           // error_ is set
  std::mutex mutex_;
  StageTimes spent_;            // guarded by mutex_ until all parts are finished
  Clock::duration worked_{};    // the same; the sum over the steps of all threads
  std::optional<Error> error_;  // the same; an exception's, one of them
};

// The response is sent by request.stream, from its head on, while the audio arrives.
net::awaitable<http::Reply> run_live(Request& request, const LiveJob& job) {
  using Field = boost::beast::http::field;
  Service& service = request.service;
  http::Exchange& exchange = request.exchange;
  const bool websocket = job.form == LiveJob::Form::kWebSocket;
  if (websocket &&
      !service.cors.allows(exchange.header(Field::origin), exchange.header(Field::host))) {
    co_return tl::make_unexpected(
        http::Problem{403, "origin_not_allowed",
                      "Pages of this origin may not open a WebSocket here. See --cors-origin."});
  }
  ModelInUse model{request.job.model, service.models.get(request.job.model)};
  auto session =
      service.live.start(http::client_network(exchange.peer()), std::move(model), job.query);
  if (!session) co_return tl::make_unexpected(std::move(session.error()));
  const auto executor = exchange.executor();
  const auto idle = service.options.streams.idle;
  if (websocket) {
    request.stream = std::make_unique<LiveSocket>(exchange, *session, idle, executor);
    http::Headers headers;
    if (offers_protocol(exchange, kLiveProtocol)) {
      headers.emplace_back("Sec-WebSocket-Protocol", kLiveProtocol);
    }
    co_return http::Response{
        .status = 101, .content_type = {}, .body = {}, .headers = std::move(headers)};
  }
  auto stream = std::make_unique<StreamExchange>(
      exchange, *session, job.form == LiveJob::Form::kServerSentEvents, idle, executor);
  auto reply = co_await stream->begin();
  request.stream = std::move(stream);
  co_return reply;
}

}  // namespace

// The workers read the job and the body in place, in this coroutine's frame and in the exchange. So
// the coroutine must always wait for the workers: when the client disconnects or the deadline
// passes, it only requests the prediction to stop and keeps waiting until it has stopped.
net::awaitable<http::Reply> run_job(Request& request, Next) {
  if (const auto* live = std::get_if<LiveJob>(&request.job.work)) {
    co_return co_await run_live(request, *live);
  }
  Service& service = request.service;
  std::stop_source stop;
  const http::Exchange::Watch watch(request.exchange, service.options.predict_timeout,
                                    [stop]() mutable { stop.request_stop(); });
  std::optional<Run> run;
  Outcome outcome = co_await http::offload<Outcome>([&](auto finish) {
    auto started = base::attempt([&]() -> Result<void> {
      run.emplace(request, stop.get_token(), finish);
      run->start();
      return {};
    });
    if (!started) finish(tl::make_unexpected(std::move(started.error())));
  });
  if (outcome) co_return *std::move(outcome);
  service.log.error(outcome.error().message);
  co_return tl::make_unexpected(to_problem(outcome.error()));
}

}  // namespace genre::server
