#include "server/worker_pool.h"

#include <utility>

namespace genre::server {

WorkerPool::WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
                       std::size_t capacity)
    : models_(models), limits_(limits), capacity_(capacity) {
  std::vector<Predictor> predictors;  // all made before any thread runs: making one may throw
  for (unsigned i = 0; i < threads; ++i) predictors.emplace_back(models.get(), limits);
  for (Predictor& predictor : predictors) {
    threads_.emplace_back([this, mine = std::move(predictor)]() mutable { work(mine); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins, while the queue that they use is still there
}

std::size_t WorkerPool::queue_depth() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

bool WorkerPool::try_submit(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::work(Predictor& predictor) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    if (auto model = models_.get(); model.get() != &predictor.model()) {
      predictor = Predictor(std::move(model), limits_);
    }
    job(predictor);
    job = nullptr;  // what it holds is let go before the next one is waited for
    lock.lock();
  }
}

}  // namespace genre::server
