// The threads that decode and predict, each with its own Predictor, and their bounded queue.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/parallel.h"
#include "genre/predictor.h"
#include "server/model_slot.h"

namespace genre::server {

// One thread's predictor for the model in service.
class ThreadPredictor {
 public:
  ThreadPredictor(const ModelSlot& models, const DecodeLimits& limits)
      : models_(models), limits_(limits), predictor_(models.get(), limits) {}

  // Creates a new predictor if the model has changed. Throws if that fails.
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

  // models must outlive the pool. capacity: maximum number of waiting jobs.
  WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
             std::size_t capacity);

  // The number of waiting jobs. Thread-safe, like the others.
  [[nodiscard]] std::size_t queue_depth() const { return pool_.n_waiting(); }

  // Whether try_submit would refuse.
  [[nodiscard]] bool full() const { return pool_.full(); }

  // Queues a job. Returns false immediately if the queue is full.
  [[nodiscard]] bool try_submit(Job job) { return pool_.try_submit(std::move(job)); }

 private:
  base::ThreadPool<Job> pool_;
};

}  // namespace genre::server
