#include "server/worker_pool.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace genre::server {
namespace {

using Pool = base::ThreadPool<WorkerPool::Job>;

// Creates all predictors before any thread starts, because creating one may throw.
std::vector<Pool::Worker> make_workers(const Models& models, const DecodeLimits& limits,
                                       unsigned threads) {
  std::vector<Pool::Worker> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([predictor = std::make_shared<ThreadPredictor>(models, limits)](
                             WorkerPool::Job&& job) { job(*predictor); });
  }
  return workers;
}

}  // namespace

ThreadPredictor::ThreadPredictor(const Models& models, const DecodeLimits& limits)
    : capacity_(models.names().size()), limits_(limits) {
  for (std::size_t i = 0; i < capacity_; ++i) predictors_.push_back(make(models.get(i)));
}

Predictor& ThreadPredictor::get(const std::shared_ptr<const Model>& model) {
  const auto found = std::ranges::find_if(
      predictors_, [&](const Predictor& predictor) { return &predictor.model() == model.get(); });
  if (found != predictors_.end()) {
    predictors_.splice(predictors_.begin(), predictors_, found);
  } else {
    // The model has been replaced, so one of the others is no longer in service: sooner or later
    // the last used one.
    predictors_.push_front(make(model));
    if (predictors_.size() > capacity_) predictors_.pop_back();
  }
  return predictors_.front();
}

// Models with the same features share their scratch memory: it is larger than most networks.
Predictor ThreadPredictor::make(const std::shared_ptr<const Model>& model) const {
  const auto similar = std::ranges::find_if(predictors_, [&](const Predictor& other) {
    return other.model().info().same_features(model->info());
  });
  if (similar == predictors_.end()) return Predictor(model, limits_);
  return Predictor(model, limits_, *similar);
}

WorkerPool::WorkerPool(const Models& models, const DecodeLimits& limits, unsigned threads,
                       std::size_t capacity)
    : pool_(make_workers(models, limits, threads), capacity) {}

}  // namespace genre::server
