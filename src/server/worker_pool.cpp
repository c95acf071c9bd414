#include "server/worker_pool.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace genre::server {
namespace {

// Files that have begun and wait for their turn hold a decoder, of about a megabyte.
constexpr std::size_t kMaxSuspendedPerThread = 32;

using Pool = base::FairPool<WorkerPool::Job>;
using Readers = base::FairPool<WorkerPool::Reading>;

// Creates all predictors before any thread starts, because creating one may throw.
std::vector<Pool::Worker> make_workers(const Models& models, const DecodeLimits& limits,
                                       unsigned threads) {
  std::vector<Pool::Worker> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([predictor = std::make_shared<ThreadPredictor>(models, limits)](
                             WorkerPool::Job& job) { return job.step(*predictor); });
  }
  return workers;
}

std::vector<Readers::Worker> make_readers(unsigned threads) {
  constexpr unsigned kWorkersPerReader = 4;  // parsing a body takes far less time than predicting
  return {(threads + kWorkersPerReader - 1) / kWorkersPerReader, [](WorkerPool::Reading& reading) {
            reading();
            return base::Step<WorkerPool::Reading>{};
          }};
}

}  // namespace

ThreadPredictor::ThreadPredictor(const Models& models, const DecodeLimits& limits)
    : capacity_(models.names().size() + 1), limits_(limits) {
  for (std::size_t i = 0; i < models.names().size(); ++i)
    predictors_.push_back(make(models.get(i)));
}

Predictor& ThreadPredictor::get(const std::shared_ptr<const Model>& model) {
  const auto found = std::ranges::find_if(
      predictors_, [&](const Predictor& predictor) { return &predictor.model() == model.get(); });
  if (found != predictors_.end()) {
    predictors_.splice(predictors_.begin(), predictors_, found);
  } else {
    // After a reload, requests that began before it still need the earlier model.
    predictors_.push_front(make(model));
    if (predictors_.size() > capacity_) predictors_.pop_back();
  }
  return predictors_.front();
}

// Models with the same inputs share their scratch memory: it is larger than most networks.
Predictor ThreadPredictor::make(const std::shared_ptr<const Model>& model) const {
  const auto similar = std::ranges::find_if(predictors_, [&](const Predictor& other) {
    return other.model().info().inputs == model->info().inputs;
  });
  if (similar == predictors_.end()) return Predictor(model, limits_);
  return Predictor(model, limits_, *similar);
}

WorkerPool::WorkerPool(const Models& models, const DecodeLimits& limits, unsigned threads,
                       std::size_t capacity)
    : pool_(make_workers(models, limits, threads),
            {.capacity = capacity, .max_suspended = kMaxSuspendedPerThread * threads}),
      readers_(make_readers(threads), {.capacity = capacity, .thread_name = "genre-reader"}) {}

}  // namespace genre::server
