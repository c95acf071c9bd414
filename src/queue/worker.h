// Receives jobs from a queue, predicts, and stores the results in the queue.
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
  unsigned threads = 1;      // prediction threads
  unsigned max_deliver = 3;  // maximum delivery attempts of a file that fails
  double ack_wait = 30;      // s without a progress report until another worker gets a job
  std::size_t max_download = std::size_t{256} << 20;  // bytes
  bool segments = false;                              // in the results
  WindowOptions windows = {};
  DecodeLimits limits = {};
  int replicas = 1;  // of new streams
};

// Acknowledges a job once its result or its dead letter is stored. If the acknowledgement is lost,
// the job is delivered again, and the new result replaces the old one.
class Worker {
 public:
  using Log = std::function<void(const std::string&)>;

  // nats and metrics must outlive it. log: messages for operators; called on any thread; its
  // exceptions are ignored.
  Worker(const Nats& nats, StreamNames names, std::shared_ptr<const Model> model,
         const WorkerOptions& options, Metrics& metrics, Log log);
  ~Worker();

  // Works until stop is requested; then finishes the jobs that it has started and returns the
  // others to the queue. After a lost connection, waits until the server is back. Error:
  // kUnavailable, at the start, or later if nats is closed; then the queue delivers the jobs again.
  // Throws std::system_error if a thread cannot be started.
  [[nodiscard]] Result<void> run(const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::queue
