#include "server/run_work.h"

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
#include "server/middlewares.h"

namespace genre::server {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = Result<http::Reply>;

// A smaller body is parsed by a worker, between the steps of other requests.
constexpr std::size_t kLargeBody = http::kMiB;

std::unique_ptr<Work> make_work(const WorkOrder& order, std::stop_token stop) {
  const Models& models = order.service.models;
  const std::span<const std::byte> body = order.body;
  const auto& work = order.job.work;
  ModelInUse model{order.job.model, models.get(order.job.model)};
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

// An order on the workers' threads. Lives in the frame of the coroutine, until `finish` is called.
class Run {
 public:
  using Finish = std::function<void(Outcome)>;

  Run(const WorkOrder& order, std::stop_token stop, Finish finish)
      : order_(order),
        client_(http::client_network(order.peer)),
        work_(make_work(order, std::move(stop))),
        finish_(std::move(finish)) {}

  // Queues the work. The result is passed to finish, immediately if the queue is full.
  void start() {
    const bool accepted = needs_parsing(order_.job) && order_.body.size() > kLargeBody
                              ? workers().try_submit_reading(client_, [this] { read_large(); })
                              : workers().try_submit(client_, jobs(0, 1));
    // The queue may have filled up since check_queue.
    if (!accepted) finish_(no_room());
  }

 private:
  WorkerPool& workers() { return order_.service.workers; }

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
      refused = n_parts ? order_.service.gate.charge(order_.peer, work_->n_predictions())
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
    auto reply = work_->finish();
    // Here, because compressing a long list of segments would hold up the I/O thread.
    if (reply) http::compress(*reply, order_.accept_encoding);
    return reply;
  }

  // Call it last: the coroutine may resume and destroy this object.
  void end(Outcome outcome) {
    if (work_->predicts()) {
      order_.service.metrics.record_prediction(work_->model().index,
                                               {.queued = started_ - queued_,
                                                .worked = worked_,
                                                .spent = spent_,
                                                .succeeded = outcome && *outcome});
    }
    work_.reset();  // large, so not on the I/O thread
    finish_(std::move(outcome));
  }

  const WorkOrder& order_;
  const std::string client_;
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

}  // namespace

net::awaitable<http::Reply> run_work(const WorkOrder& order, std::stop_token stop) {
  std::optional<Run> run;
  Outcome outcome = co_await http::offload<Outcome>([&](auto finish) {
    auto started = base::attempt([&]() -> Result<void> {
      run.emplace(order, std::move(stop), finish);
      run->start();
      return {};
    });
    if (!started) finish(tl::make_unexpected(std::move(started.error())));
  });
  if (outcome) co_return *std::move(outcome);
  order.service.log.error(outcome.error().message);
  co_return tl::make_unexpected(to_problem(outcome.error()));
}

}  // namespace genre::server
