// The threads that decode and predict, each with its own predictors, and the threads that read
// large bodies; both take their work from bounded queues, in turn among the clients.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "base/fair_pool.h"
#include "genre/predictor.h"
#include "server/model_slot.h"

namespace genre::server {

// One thread's predictors: for the model in service, and for an earlier one, as long as requests
// that began with it are in progress.
class ThreadPredictor {
 public:
  ThreadPredictor(const std::shared_ptr<const Model>& model, const DecodeLimits& limits)
      : limits_(limits) {
    predictors_.emplace_back(model, limits);
  }

  // Creates a new predictor if there is none for this model. Throws if that fails.
  [[nodiscard]] Predictor& get(const std::shared_ptr<const Model>& model);

 private:
  static constexpr std::size_t kMaxPredictors = 2;

  DecodeLimits limits_;
  std::list<Predictor> predictors_;  // the last used first
};

class WorkerPool {
 public:
  // Part of a request. It returns after a step; steps of different jobs alternate. Must not throw.
  struct Job {
    std::function<base::Step<Job>(ThreadPredictor&)> step;
  };
  using Step = base::Step<Job>;

  // models must outlive the pool. capacity: maximum number of waiting requests.
  WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
             std::size_t capacity);

  // The number of waiting requests. Thread-safe, like the others.
  [[nodiscard]] std::size_t queue_depth() const { return pool_.n_waiting() + readers_.n_waiting(); }

  // Whether try_submit would refuse.
  [[nodiscard]] bool full() const { return pool_.full(); }

  // Queues the jobs of a request. Returns false immediately if the queue is full.
  [[nodiscard]] bool try_submit(std::string client, std::list<Job> jobs) {
    return pool_.try_submit(std::move(client), std::move(jobs));
  }

  // The same for work that cannot be divided into steps, such as parsing a large body. It runs on
  // threads of its own, so that the system's scheduler divides the cores between it and the jobs.
  using Reading = std::function<void()>;
  [[nodiscard]] bool try_submit_reading(std::string client, Reading reading) {
    std::list<Reading> readings;
    readings.push_back(std::move(reading));
    return readers_.try_submit(std::move(client), std::move(readings));
  }

 private:
  base::FairPool<Job> pool_;
  base::FairPool<Reading> readers_;  // destroyed first, because they submit to pool_
};

}  // namespace genre::server
