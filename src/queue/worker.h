// Takes jobs from a queue, predicts, and stores the results there.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "genre/model.h"
#include "genre/predictor.h"
#include "queue/metrics.h"
#include "queue/nats.h"
#include "queue/streams.h"

namespace genre::queue {

struct WorkerOptions {
  unsigned threads = 1;      // that predict
  unsigned max_deliver = 3;  // delivery attempts of a file that fails
  double ack_wait = 30;  // s without a report of progress, after which another worker gets a job
  std::size_t max_download = std::size_t{256} << 20;  // bytes
  bool segments = false;                              // in the results
  WindowOptions windows = {};
  int replicas = 1;  // of streams that do not exist yet
};

// A job is acknowledged once its result, or its last error, is stored. A job that was done, and
// whose acknowledgement was lost, is done again; its result replaces the one that was stored.
class Worker {
 public:
  using Log = std::function<void(const std::string&)>;

  // nats and metrics must outlive it. log: for operators; called on any thread, and what it throws
  // is ignored.
  Worker(const Nats& nats, StreamNames names, std::shared_ptr<const Model> model,
         const WorkerOptions& options, Metrics& metrics, Log log);
  ~Worker();

  // Works until stop is requested, then finishes the jobs that it has begun and returns the others
  // to the queue. Meanwhile it waits for a server that is lost. Error: kUnavailable, at the start,
  // or later where nats is closed; the queue delivers the jobs again then. Throws std::system_error
  // where a thread cannot be started.
  [[nodiscard]] Result<void> run(const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::queue
