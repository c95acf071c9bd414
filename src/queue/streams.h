// The streams of a queue of files, and what stands in them. Of a queue NAME these are
//   NAME          jobs, on the subject NAME.jobs: a work queue, from which a job goes once it is
//   done NAME-results  NAME.results.KEY: the last result of each file NAME-dead     NAME.dead.KEY:
//   the last error of each file that was given up
#pragma once

#include <cstdint>
#include <string>

#include "queue/nats.h"

namespace genre::queue {

// How long a message with the same id as an earlier one is not stored again.
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

  std::string jobs, results, dead;  // of streams
  std::string job_subject;
};

// Makes the streams that are not there yet, each kept by so many servers; those that are there stay
// as they are. Waits for a cluster that is choosing its leader. Errors: kUnavailable.
[[nodiscard]] Result<void> make_streams(jsCtx* js, const StreamNames& names, int replicas);

// The consumer that all workers share. Made or, where it has another deadline, changed. ack_wait:
// s after which a job without a sign of life goes to another worker. Errors: kUnavailable.
[[nodiscard]] Result<void> make_consumer(jsCtx* js, const StreamNames& names, double ack_wait);
inline constexpr const char* kConsumer = "workers";

struct Depth {
  std::uint64_t jobs = 0;               // that are not done
  std::uint64_t in_progress = 0;        // of them
  std::uint64_t results = 0, dead = 0;  // files
  std::uint64_t answers = 0;            // ever stored, of both
};

// Errors: kUnavailable.
[[nodiscard]] Result<Depth> read_depth(jsCtx* js, const StreamNames& names);

}  // namespace genre::queue
