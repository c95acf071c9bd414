// The threads that decode and predict, each with its own Predictor, behind a bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "genre/predictor.h"
#include "server/model_slot.h"

namespace genre::server {

class WorkerPool {
 public:
  using Job = std::function<void(Predictor&)>;

  // capacity: the most jobs that wait for a worker at a time.
  // models, which must outlive the pool: a job gets a predictor of the one that is there when it
  // starts.
  WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
             std::size_t capacity);

  // Waits for the running jobs; the waiting ones are dropped.
  ~WorkerPool();

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Jobs that wait. Thread-safe.
  [[nodiscard]] std::size_t queue_depth() const;

  // Whether try_submit would refuse. Thread-safe.
  [[nodiscard]] bool full() const { return queue_depth() >= capacity_; }

  // Queues a job; false, at once, if the queue is full. The job must not throw. Thread-safe.
  [[nodiscard]] bool try_submit(Job job);

 private:
  void work(Predictor& predictor);

  const ModelSlot& models_;
  const DecodeLimits limits_;
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace genre::server
