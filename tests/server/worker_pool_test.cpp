#include "server/worker_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <semaphore>

namespace genre::server {
namespace {

std::list<WorkerPool::Job> once(std::function<void(ThreadPredictor&)> f) {
  return {{[f = std::move(f)](ThreadPredictor& thread) {
    f(thread);
    return WorkerPool::Step{};
  }}};
}

TEST(WorkerPool, GivesEachJobAPredictorOfItsModel) {
  constexpr int kJobs = 100;
  const ModelSlot models(Model::builtin());
  WorkerPool pool(models, {}, 3, kJobs);
  std::latch done(kJobs);
  std::atomic<int> right = 0;
  for (int i = 0; i < kJobs; ++i) {
    // Requests that began before a reload, among those that began after it.
    const auto model = i % 3 == 0 ? Model::builtin() : Model::seed();
    ASSERT_TRUE(pool.try_submit("client", once([&, model](ThreadPredictor& thread) {
                                  right += &thread.get(model).model() == model.get();
                                  done.count_down();
                                })));
  }
  done.wait();
  EXPECT_EQ(right, kJobs);
}

TEST(WorkerPool, RefusesAtOnceWhenFull) {
  const ModelSlot models(Model::builtin());
  WorkerPool pool(models, {}, 1, 2);
  std::binary_semaphore started(0);
  std::latch may_end(1);
  std::latch ran(2);
  ASSERT_TRUE(pool.try_submit("client", once([&](ThreadPredictor&) {
                                started.release();
                                may_end.wait();
                              })));
  started.acquire();  // it waits no more, it runs
  EXPECT_FALSE(pool.full());
  EXPECT_TRUE(pool.try_submit("client", once([&](ThreadPredictor&) { ran.count_down(); })));
  EXPECT_TRUE(pool.try_submit("another", once([&](ThreadPredictor&) { ran.count_down(); })));
  EXPECT_TRUE(pool.full());
  EXPECT_FALSE(pool.try_submit("client", once([](ThreadPredictor&) { ADD_FAILURE(); })));
  may_end.count_down();
  ran.wait();
  EXPECT_FALSE(pool.full());
}

TEST(WorkerPool, NoCapacityRefusesEverything) {
  const ModelSlot models(Model::builtin());
  WorkerPool pool(models, {}, 1, 0);
  EXPECT_TRUE(pool.full());
  EXPECT_FALSE(pool.try_submit("client", once([](ThreadPredictor&) { ADD_FAILURE(); })));
  EXPECT_FALSE(pool.try_submit_reading("client", [] { ADD_FAILURE(); }));
}

// A worker that is busy must not keep a large body from being read, nor the other way round.
TEST(WorkerPool, ReadsBodiesOnThreadsOfTheirOwn) {
  const ModelSlot models(Model::builtin());
  std::latch all(3);
  WorkerPool pool(models, {}, 1, 2);
  ASSERT_TRUE(pool.try_submit("client", once([&](ThreadPredictor&) { all.arrive_and_wait(); })));
  ASSERT_TRUE(pool.try_submit_reading("client", [&] { all.arrive_and_wait(); }));
  all.arrive_and_wait();
}

TEST(WorkerPool, LetsGoOfEveryJobAtItsEnd) {
  const auto witness = std::make_shared<int>(0);
  std::latch may_end(1);
  std::thread releaser;
  {
    const ModelSlot models(Model::builtin());
    WorkerPool pool(models, {}, 1, 10);
    std::binary_semaphore started(0);
    ASSERT_TRUE(pool.try_submit("client", once([&](ThreadPredictor&) {
                                  started.release();
                                  may_end.wait();
                                })));
    started.acquire();
    ASSERT_TRUE(pool.try_submit("client", once([witness](ThreadPredictor&) {})));
    releaser = std::thread([&] { may_end.count_down(); });
  }
  releaser.join();
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace genre::server
