// The threads that decode and predict, each with its own Predictor, behind a bounded queue.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/parallel.h"
#include "genre/predictor.h"
#include "server/model_slot.h"

namespace genre::server {

// A thread's predictor, for the model that is served.
class ThreadPredictor {
 public:
  ThreadPredictor(const ModelSlot& models, const DecodeLimits& limits)
      : models_(models), limits_(limits), predictor_(models.get(), limits) {}

  // Makes a new one after the model has changed; throws if that fails.
  [[nodiscard]] Predictor& get();

 private:
  const ModelSlot& models_;
  DecodeLimits limits_;
  Predictor predictor_;
};

class WorkerPool {
 public:
  // Must not throw.
  using Job = std::function<void(ThreadPredictor&)>;

  // models must outlive the pool. capacity: the most jobs that wait for a thread at a time.
  WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
             std::size_t capacity);

  // Jobs that wait. Thread-safe, like the others.
  [[nodiscard]] std::size_t queue_depth() const { return pool_.n_waiting(); }

  // Whether try_submit would refuse.
  [[nodiscard]] bool full() const { return pool_.full(); }

  // Queues a job. False, at once, if the queue is full.
  [[nodiscard]] bool try_submit(Job job) { return pool_.try_submit(std::move(job)); }

 private:
  base::ThreadPool<Job> pool_;
};

}  // namespace genre::server
