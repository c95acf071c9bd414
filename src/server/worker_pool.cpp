#include "server/worker_pool.h"

#include <memory>
#include <utility>
#include <vector>

namespace genre::server {
namespace {

using Pool = base::ThreadPool<WorkerPool::Job>;

// Creates all predictors before any thread starts, because creating one may throw.
std::vector<Pool::Worker> make_workers(const ModelSlot& models, const DecodeLimits& limits,
                                       unsigned threads) {
  std::vector<Pool::Worker> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([predictor = std::make_shared<ThreadPredictor>(models, limits)](
                             WorkerPool::Job&& job) { job(*predictor); });
  }
  return workers;
}

}  // namespace

Predictor& ThreadPredictor::get() {
  if (auto model = models_.get(); model.get() != &predictor_.model()) {
    predictor_ = Predictor(std::move(model), limits_);
  }
  return predictor_;
}

WorkerPool::WorkerPool(const ModelSlot& models, const DecodeLimits& limits, unsigned threads,
                       std::size_t capacity)
    : pool_(make_workers(models, limits, threads), capacity) {}

}  // namespace genre::server
