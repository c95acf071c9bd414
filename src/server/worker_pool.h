// The threads that decode and predict, each with its own predictors, and their bounded queue.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "base/parallel.h"
#include "genre/predictor.h"
#include "server/models.h"

namespace genre::server {

// One thread's predictors for the models in service.
class ThreadPredictor {
 public:
  ThreadPredictor(const Models& models, const DecodeLimits& limits);

  // Creates a new predictor if there is none for this model. Throws if that fails. The predictor is
  // valid until the next call.
  [[nodiscard]] Predictor& get(const std::shared_ptr<const Model>& model);

 private:
  Predictor make(const std::shared_ptr<const Model>& model) const;

  std::size_t capacity_;
  DecodeLimits limits_;
  std::list<Predictor> predictors_;  // the last used first
};

class WorkerPool {
 public:
  // Must not throw.
  using Job = std::function<void(ThreadPredictor&)>;

  // models must outlive the pool. capacity: maximum number of waiting jobs.
  WorkerPool(const Models& models, const DecodeLimits& limits, unsigned threads,
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
