#include "server/async_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "base/json_text.h"
#include "base/text.h"

namespace genre::server {
namespace {

constexpr std::string_view kPath = "/v1/jobs/";
constexpr const char* kRetryAfter = "1";     // s
constexpr std::chrono::seconds kPolling{5};  // clients ask at least this often

// 128 bits from the system: who does not know an id cannot find it by trying.
std::string random_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

http::Problem too_many(int status, std::string detail) {
  return {.status = status,
          .code = "too_many_jobs",
          .detail = std::move(detail),
          .headers = {{"Retry-After", kRetryAfter}}};
}

tl::unexpected<http::Problem> no_job() {
  return tl::make_unexpected(http::Problem{
      404, "job_not_found",
      "There is no job with this id: it has expired, was deleted, or the server has restarted."});
}

}  // namespace

std::string AsyncJob::path() const { return std::string(kPath) + id_; }

tl::expected<std::shared_ptr<AsyncJob>, http::Problem> AsyncJobs::add(std::string client,
                                                                      Clock::time_point now) {
  expire(now);
  const auto of_client = std::ranges::count_if(jobs_, [&](const auto& entry) {
    return entry.second->client_ == client && !entry.second->result_;
  });
  if (static_cast<std::size_t>(of_client) >= limits_.max_per_client) {
    return tl::make_unexpected(too_many(
        429, fmt::format("This address has {} jobs in progress, which is the limit.", of_client)));
  }
  if (!make_room()) {
    return tl::make_unexpected(
        too_many(503, "The server has reached its limit of jobs and of results that it keeps."));
  }
  auto job = std::make_shared<AsyncJob>(random_id(), std::move(client));
  jobs_.emplace(job->id(), job);
  ++n_unfinished_;
  return job;
}

bool AsyncJobs::make_room() {
  // Those that were removed and have not stopped yet use memory, too.
  const auto finished = std::ranges::count_if(
      jobs_, [](const auto& entry) { return entry.second->result_.has_value(); });
  if (n_unfinished_ + static_cast<std::size_t>(finished) < limits_.max_jobs) return true;
  auto oldest = jobs_.end();
  for (auto job = jobs_.begin(); job != jobs_.end(); ++job) {
    if (!job->second->fetched_) continue;
    if (oldest == jobs_.end() || job->second->finished_ < oldest->second->finished_) oldest = job;
  }
  if (oldest == jobs_.end()) return false;
  jobs_.erase(oldest);
  return true;
}

void AsyncJobs::finish(AsyncJob& job, http::Response result, Clock::time_point now) {
  job.result_ = std::move(result);
  job.finished_ = now;
  --n_unfinished_;
}

http::Reply AsyncJobs::get(std::string_view id, Clock::time_point now) {
  expire(now);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return no_job();
  AsyncJob& job = *found->second;
  if (job.result_) {
    job.fetched_ = true;
    return *job.result_;
  }
  const Progress& progress = *job.progress();
  const nlohmann::ordered_json json = {{"id", job.id()},
                                       {"state", progress.started ? "running" : "queued"},
                                       {"fraction", base::rounded(progress.fraction)},
                                       {"windows", progress.n_windows.load()}};
  return http::Response{.body = base::json_text(json), .headers = {{"Retry-After", kRetryAfter}}};
}

http::Reply AsyncJobs::remove(std::string_view id, Clock::time_point now) {
  expire(now);
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return no_job();
  found->second->stop_.request_stop();
  jobs_.erase(found);
  return http::Response{.body = base::json_text(
                            nlohmann::ordered_json{{"id", std::string(id)}, {"state", "deleted"}})};
}

void AsyncJobs::stop_all() {
  for (const auto& [id, job] : jobs_) job->stop_.request_stop();
}

bool AsyncJobs::unsettled(Clock::time_point now) const {
  return std::ranges::any_of(jobs_, [&](const auto& entry) {
    const AsyncJob& job = *entry.second;
    return !job.result_ || (!job.fetched_ && now - job.finished_ < kPolling);
  });
}

AsyncJobs::Counts AsyncJobs::counts(Clock::time_point now) {
  expire(now);
  const auto results = std::ranges::count_if(
      jobs_, [](const auto& entry) { return entry.second->result_.has_value(); });
  return {.unfinished = n_unfinished_, .results = static_cast<std::size_t>(results)};
}

void AsyncJobs::expire(Clock::time_point now) {
  std::erase_if(jobs_, [&](const auto& entry) {
    return entry.second->result_ && now - entry.second->finished_ >= limits_.keep;
  });
}

}  // namespace genre::server
