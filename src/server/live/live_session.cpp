#include "server/live/live_session.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <iterator>
#include <list>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "http/limits.h"
#include "predict/live_json.h"
#include "server/api/error_response.h"

namespace genre::server {
namespace {

namespace net = http::net;
using http::error_code;
using Clock = std::chrono::steady_clock;
using Kind = LiveEvent::Kind;

constexpr std::size_t kMostWaiting = 64 * http::kKiB;  // bytes of events that nobody takes
constexpr std::chrono::milliseconds kRetry{20};
constexpr std::chrono::seconds kBurst{5};  // of bytes at max_rate

// Must succeed, because the I/O thread would wait forever for what it brings.
template <typename F>
void post_surely(net::io_context& io, F f) noexcept {
  while (true) {
    try {
      return net::post(io, f);
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

LiveEvent error_event(http::Problem problem) {
  nlohmann::ordered_json json = {{"type", "error"}};
  const auto fields = http::to_json(problem);
  for (const char* name : {"status", "code", "detail"}) json[name] = fields[name];
  return {.kind = Kind::kError, .json = base::json_text(json), .problem = std::move(problem)};
}

}  // namespace

LiveSession::LiveSession(net::io_context& io, WorkerPool& workers, Metrics& metrics,
                         LiveOptions options, std::function<void()> on_finished)
    : io_(io),
      workers_(workers),
      metrics_(metrics),
      options_(std::move(options)),
      on_finished_(std::move(on_finished)),
      changed_(io),
      pace_(io),
      retry_(io),
      decoder_(std::make_unique<audio::LiveDecoder>(options_.query.pcm, options_.limits,
                                                    [this] { notify(); })),
      input_(io, net::local::stream_protocol(), dup(decoder_->input())) {}

// On the decoder's thread.
void LiveSession::notify() {
  if (notified_.exchange(true)) return;
  post_surely(io_, [this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    notified_ = false;
    ready_ = true;
    wake();
  });
}

// Starts the next job, if there is something to do and nothing in the way.
void LiveSession::wake() {
  if (!ready_ || in_job_ || ended_ || (n_waiting_ > kMostWaiting && !abandoned_)) return;
  auto outcome = std::make_shared<Outcome>();
  std::list<WorkerPool::Job> jobs;
  jobs.push_back({[this, outcome](ThreadPredictor& thread) {
    auto predicted = base::attempt([&]() -> Result<void> {
      const base::WaitForMemory waits;  // JSON values allocate even in their destructors
      predict(thread.get(options_.model.model), *outcome);
      return {};
    });
    if (!predicted) outcome->error = std::move(predicted.error());
    post_surely(io_, [this, outcome] { finish_job(*outcome); });
    return WorkerPool::Step{};
  }});
  if (workers_.try_submit(options_.client, std::move(jobs))) {
    in_job_ = true;
    ready_ = false;
    return;
  }
  retry_.expires_after(kRetry);
  retry_.async_wait([this](error_code cancelled) {
    if (!cancelled) wake();
  });
}

// On a worker's thread.
void LiveSession::predict(Predictor& predictor, Outcome& outcome) {
  const StageTimes before = predictor.times();
  const ModelInfo& model = options_.model.model->info();
  const auto taken = decoder_->take();
  outcome.ended = !taken || taken->ended;
  outcome.more = taken && taken->failed;
  const auto add_window = [&](const Segment& window) {
    outcome.events.push_back(
        {.kind = Kind::kWindow,
         .json = base::json_text(predict::window_json(window, model, options_.query.json))});
    ++n_windows_;
    const std::size_t every = options_.query.summary;
    if (every > 0 && n_windows_ % every == 0) summarize(predictor, false, {}, outcome);
  };
  if (taken && !taken->y.empty()) {
    if (!prediction_) {
      audio_ = taken->info;
      prediction_.emplace(model, audio_.sample_rate, WindowOptions{.hop = options_.query.hop});
      outcome.events.push_back({.kind = Kind::kStarted});
    }
    prediction_->push(taken->y, predictor, add_window);
  }
  if (outcome.ended && prediction_) prediction_->finish(predictor, add_window);
  if (outcome.ended && prediction_) {
    summarize(predictor, true, taken ? taken->warnings : std::vector<Warning>(), outcome);
  }
  if (!taken) outcome.error = taken.error();
  outcome.spent = predictor.times() - before;
}

void LiveSession::summarize(const Predictor& predictor, bool last, std::vector<Warning> warnings,
                            Outcome& outcome) {
  Prediction summary = prediction_->summary(predictor);
  summary.audio = audio_;
  summary.warnings.insert(summary.warnings.begin(), warnings.begin(), warnings.end());
  outcome.events.push_back(
      {.kind = Kind::kSummary,
       .json = base::json_text(predict::summary_json(summary, options_.model.model->info(),
                                                     n_windows_, last, options_.query.json))});
}

void LiveSession::finish_job(Outcome& outcome) {
  in_job_ = false;
  ready_ = ready_ || outcome.more;
  spent_ += outcome.spent;
  metrics_.record_windows(static_cast<std::size_t>(
      std::ranges::count(outcome.events, Kind::kWindow, &LiveEvent::kind)));
  for (LiveEvent& event : outcome.events) add(std::move(event));
  ended_ = outcome.ended || outcome.error;
  // Audio that was cut off may not be audio any more, but that is not what went wrong.
  if (ended_ && !problem_ && outcome.error) problem_ = to_problem(*outcome.error);
  if (ended_ && problem_) add(error_event(*std::move(problem_)));
  changed_.cancel();
  if (!ended_) return wake();
  pace_.cancel();
  metrics_.record_prediction(options_.model.index,
                             {.queued = {},
                              .worked = spent_.resample + spent_.features + spent_.model,
                              .spent = spent_,
                              .succeeded = !outcome.error});
  decoder_.reset();  // its thread is at its end
  on_finished_();
}

void LiveSession::add(LiveEvent event) {
  if (abandoned_) return;
  n_waiting_ += event.json.size();
  events_.push_back(std::move(event));
}

net::awaitable<std::optional<LiveEvent>> LiveSession::next() {
  while (events_.empty()) {
    if (ended_) co_return std::nullopt;
    error_code cancelled;
    changed_.expires_at(Clock::time_point::max());
    co_await changed_.async_wait(http::into(cancelled));
  }
  std::optional<LiveEvent> event = std::move(events_.front());
  events_.pop_front();
  n_waiting_ -= event->json.size();
  wake();
  co_return event;
}

net::awaitable<void> LiveSession::write(std::string bytes) {
  error_code error;
  n_written_ += bytes.size();
  const std::chrono::duration<double> enough(static_cast<double>(n_written_) /
                                             static_cast<double>(options_.max_rate));
  const auto allowed = begun_ + std::chrono::duration_cast<Clock::duration>(enough) - kBurst;
  if (allowed > Clock::now() && !ended_ && !input_ended_) {
    pace_.expires_at(allowed);
    co_await pace_.async_wait(http::into(error));
  }
  if (ended_ || input_ended_) co_return;
  co_await net::async_write(input_, net::buffer(bytes), http::into(error));
  if (error) input_ended_ = true;  // the decoder has ended, or end() was called
}

void LiveSession::end(std::optional<http::Problem> problem) {
  if (!problem_) problem_ = std::move(problem);
  input_ended_ = true;
  pace_.cancel();
  if (decoder_) decoder_->end_input();
}

void LiveSession::stop() {
  end(http::busy("stopping", "The server is shutting down, so the stream ends here."));
  if (on_stop_) on_stop_();
}

void LiveSession::abandon() {
  abandoned_ = true;
  events_.clear();
  n_waiting_ = 0;
  end();
  if (decoder_) decoder_->stop();
  wake();
}

}  // namespace genre::server
