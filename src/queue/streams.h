// The streams of a queue of files. A queue NAME has
//   NAME          subject NAME.jobs: a work queue; acknowledged jobs are removed
//   NAME-results  subjects NAME.results.KEY: the last result of each file
//   NAME-dead     subjects NAME.dead.KEY: the last dead letter of each file
#pragma once

#include <cstdint>
#include <string>

#include "queue/nats.h"

namespace genre::queue {

// For this time, a stream ignores a message with the id of an earlier one.
inline constexpr std::int64_t kDuplicateWindow = std::int64_t{2} * 3600 * 1'000'000'000;  // ns

struct StreamNames {
  explicit StreamNames(const std::string& name)
      : jobs(name), results(name + "-results"), dead(name + "-dead"), job_subject(name + ".jobs") {}

  [[nodiscard]] std::string result_subject(const std::string& key) const {
    return jobs + ".results." + key;
  }
  [[nodiscard]] std::string dead_subject(const std::string& key) const {
    return jobs + ".dead." + key;
  }

  std::string jobs, results, dead;  // names of streams
  std::string job_subject;
};

// Creates the streams that do not exist yet, each on `replicas` servers. Existing streams stay
// unchanged. Waits while a cluster elects its leader. Error: kUnavailable.
[[nodiscard]] Result<void> make_streams(jsCtx* js, const StreamNames& names, int replicas);

// Creates the consumer that all workers share, or changes its ack_wait: after this time (s) without
// a progress report, a job is delivered to another worker. Error: kUnavailable.
[[nodiscard]] Result<void> make_consumer(jsCtx* js, const StreamNames& names, double ack_wait);
inline constexpr const char* kConsumer = "workers";

struct Depth {
  std::uint64_t jobs = 0;  // not done yet, including those in progress
  std::uint64_t in_progress = 0;
  std::uint64_t results = 0, dead = 0;  // number of files
  std::uint64_t n_finished = 0;         // all results and dead letters so far, also replaced ones
};

// Error: kUnavailable.
[[nodiscard]] Result<Depth> read_depth(jsCtx* js, const StreamNames& names);

}  // namespace genre::queue
