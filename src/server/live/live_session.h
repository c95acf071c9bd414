// A live prediction on the server: bytes in, lines out, whatever brings and takes them.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "audio/live_decoder.h"
#include "http/asio.h"
#include "http/problem.h"
#include "predict/live_prediction.h"
#include "server/api/live_query.h"
#include "server/api/work.h"
#include "server/metrics.h"
#include "server/worker_pool.h"

namespace genre::server {

struct LiveEvent {
  enum class Kind { kStarted, kWindow, kSummary, kError };
  Kind kind = Kind::kStarted;
  std::string json = {};                      // one object on one line; empty for kStarted
  std::optional<http::Problem> problem = {};  // of kError
};

struct LiveOptions {
  DecodeLimits limits;
  std::string client;  // whose turn its jobs take
  ModelInUse model;    // passes predict::check_live
  LiveQuery query;
  std::size_t max_rate = 0;  // bytes/s
};

// A thread decodes the bytes, and the workers predict the samples in short jobs, in turn with other
// requests: while a stream waits for bytes, it occupies no worker. Its memory is bounded: write()
// waits while the decoder has enough, the decoder waits while nobody takes its samples, and they
// are not taken while too many lines wait. Use it on the I/O thread only.
class LiveSession {
 public:
  // workers, metrics: must outlive the I/O context. on_finished: called once there are no more
  // jobs, or when it is closed.
  LiveSession(http::net::io_context& io, WorkerPool& workers, Metrics& metrics, LiveOptions options,
              std::function<void()> on_finished);
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  // Passes bytes on, no faster than max_rate; drops them after the end.
  [[nodiscard]] http::net::awaitable<void> write(std::string bytes);

  // The audio ends here. problem: reported after the last window and the summary.
  void end(std::optional<http::Problem> problem = {});

  // The same because the server stops. Also calls what on_stop has set, which ends the writing.
  void stop();
  void on_stop(std::function<void()> f) { on_stop_ = std::move(f); }

  // Nobody wants its events any more.
  void abandon();

  // Waits for the next event; nothing after the last one.
  [[nodiscard]] http::net::awaitable<std::optional<LiveEvent>> next();

  // No callback comes any more. For the end of the server, after that of the workers.
  void close() { decoder_.reset(); }

 private:
  // Of a job.
  struct Outcome {
    std::deque<LiveEvent> events;
    std::optional<Error> error;
    StageTimes spent;
    bool more = false;  // another job has to follow
    bool ended = false;
  };

  void notify();
  void wake();
  void predict(Predictor& predictor, Outcome& outcome);
  void summarize(const Predictor& predictor, bool last, std::vector<Warning> warnings,
                 Outcome& outcome);
  void finish_job(Outcome& outcome);
  void add(LiveEvent event);

  http::net::io_context& io_;
  WorkerPool& workers_;
  Metrics& metrics_;
  const LiveOptions options_;
  const std::function<void()> on_finished_;
  std::function<void()> on_stop_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();

  // Of the job, which one worker at a time has.
  std::optional<predict::LivePrediction> prediction_;
  AudioInfo audio_;
  std::size_t n_windows_ = 0;

  std::deque<LiveEvent> events_;  // that wait
  std::size_t n_waiting_ = 0;     // bytes of them
  std::optional<http::Problem> problem_;
  StageTimes spent_;
  std::uint64_t n_written_ = 0;      // bytes
  http::net::steady_timer changed_;  // cancelled when there are events
  http::net::steady_timer pace_;     // of write
  http::net::steady_timer retry_;    // after the queue of the workers was full
  bool in_job_ = false;
  bool ready_ = false;  // the decoder has more, or has ended
  bool input_ended_ = false;
  bool abandoned_ = false;
  bool ended_ = false;  // no more events follow

  // Callbacks may come after the end of this object: they hold a weak pointer.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::atomic<bool> notified_ = false;  // a wake is on its way
  std::unique_ptr<audio::LiveDecoder> decoder_;
  http::net::local::stream_protocol::socket input_;  // of the decoder
};

}  // namespace genre::server
