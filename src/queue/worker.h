// Takes jobs from a queue, predicts, and leaves results there.
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
  unsigned max_deliver = 3;  // attempts at a file that fails
  double ack_wait = 30;      // s without a sign of life, after which a job goes to another worker
  std::size_t max_download = std::size_t{256} << 20;  // bytes of a file from the web
  bool segments = false;                              // in the results
  WindowOptions windows = {};
  DecodeLimits limits = {};
  int replicas = 1;  // of streams that are not there yet
};

// A job is acknowledged once its result, or its last error, is stored. A job that was done, and
// whose acknowledgement was lost, is done again; its result replaces the one that was stored.
class Worker {
 public:
  using Log = std::function<void(const std::string&)>;

  // All must outlive it. log: what an operator is to know; called on any thread.
  Worker(const Nats& nats, StreamNames names, std::shared_ptr<const Model> model,
         const WorkerOptions& options, Metrics& metrics, Log log);
  ~Worker();

  // Works until stop is requested, then finishes what it has begun and gives the rest back. Error:
  // kUnavailable, only at the start; later it waits for the server to return.
  [[nodiscard]] Result<void> run(const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::queue
