// The predictions that clients asked for with "Prefer: respond-async" (RFC 7240), and their results
// until they expire.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "http/problem.h"
#include "server/api/progress.h"

namespace genre::server {

struct AsyncLimits {
  std::size_t max_jobs = 64;       // unfinished jobs and results together; 0: none are accepted
  std::size_t max_per_client = 8;  // unfinished jobs of one client network
  std::chrono::seconds keep{600};  // a result
};

class AsyncJob {
 public:
  AsyncJob(std::string id, std::string client) : id_(std::move(id)), client_(std::move(client)) {}

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  [[nodiscard]] const std::shared_ptr<Progress>& progress() const { return progress_; }

 private:
  friend class AsyncJobs;

  const std::string id_, client_;
  const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
  std::stop_source stop_;
  std::optional<http::Response> result_;  // once it is finished
  std::chrono::steady_clock::time_point finished_{};
  bool fetched_ = false;  // a client has the result
};

// Use it on the I/O thread only.
class AsyncJobs {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AsyncJobs(const AsyncLimits& limits) : limits_(limits) {}

  [[nodiscard]] bool enabled() const { return limits_.max_jobs > 0; }

  // A new job with an id that nobody can guess. If there is no room, removes the oldest result that
  // a client has fetched. client: its network. Problem: 503 or 429, too_many_jobs.
  [[nodiscard]] tl::expected<std::shared_ptr<AsyncJob>, http::Problem> add(std::string client,
                                                                           Clock::time_point now);

  // result: the response for clients that ask for the job from now on.
  void finish(AsyncJob& job, http::Response result, Clock::time_point now);

  // The state of a job or its result. Problem: 404.
  [[nodiscard]] http::Reply get(std::string_view id, Clock::time_point now);

  // Stops the job and forgets it. Problem: 404.
  [[nodiscard]] http::Reply remove(std::string_view id, Clock::time_point now);

  void stop_all();

  // Whether a stop of the server should wait: a job is not finished, or was so recently that its
  // client may not have asked for the result yet.
  [[nodiscard]] bool unsettled(Clock::time_point now) const;

  struct Counts {
    std::size_t unfinished = 0, results = 0;
  };
  [[nodiscard]] Counts counts(Clock::time_point now);

 private:
  using Jobs = std::map<std::string, std::shared_ptr<AsyncJob>, std::less<>>;

  void expire(Clock::time_point now);
  [[nodiscard]] bool make_room();

  AsyncLimits limits_;
  Jobs jobs_;                     // by id
  std::size_t n_unfinished_ = 0;  // also those that were removed and have not stopped yet
};

}  // namespace genre::server
