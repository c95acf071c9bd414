#include "server/worker_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <semaphore>

namespace genre::server {
namespace {

TEST(WorkerPool, RunsEveryJobOnAPredictorOfTheModel) {
  constexpr int kJobs = 100;
  const auto model = Model::builtin();
  const Models models({{"default", model}});
  WorkerPool pool(models, {}, 3, kJobs);
  std::latch done(kJobs);
  std::atomic<int> right = 0;
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_TRUE(pool.try_submit([&](ThreadPredictor& predictor) {
      right += &predictor.get(models.get(0)).model() == model.get();
      done.count_down();
    }));
  }
  done.wait();
  EXPECT_EQ(right, kJobs);
}

TEST(WorkerPool, GivesTheNextJobTheNewModel) {
  Models models({{"default", Model::builtin()}});
  WorkerPool pool(models, {}, 1, 2);
  const auto name_of_model = [&] {
    std::promise<std::string> name;
    EXPECT_TRUE(pool.try_submit([&](ThreadPredictor& predictor) {
      name.set_value(predictor.get(models.get(0)).model().info().name);
    }));
    return name.get_future().get();
  };
  EXPECT_EQ(name_of_model(), Model::builtin()->info().name);
  models.set(0, Model::seed());
  EXPECT_EQ(name_of_model(), Model::seed()->info().name);
}

TEST(ThreadPredictor, KeepsAPredictorForEachModel) {
  const Models models({{"default", Model::builtin()}, {"seed", Model::seed()}});
  ThreadPredictor thread(models, {});
  const Predictor* const first = &thread.get(models.get(0));
  const Predictor* const second = &thread.get(models.get(1));
  EXPECT_EQ(first->model().info().name, Model::builtin()->info().name);
  EXPECT_EQ(second->model().info().name, Model::seed()->info().name);
  EXPECT_EQ(&thread.get(models.get(0)), first);
  EXPECT_EQ(&thread.get(models.get(1)), second);
}

TEST(WorkerPool, RefusesAtOnceWhenFull) {
  const Models models({{"default", Model::builtin()}});
  WorkerPool pool(models, {}, 1, 2);
  std::binary_semaphore started(0);
  std::latch may_end(1);
  std::latch ran(2);
  ASSERT_TRUE(pool.try_submit([&](ThreadPredictor&) {
    started.release();
    may_end.wait();
  }));
  started.acquire();  // it waits no more, it runs
  EXPECT_FALSE(pool.full());
  EXPECT_TRUE(pool.try_submit([&](ThreadPredictor&) { ran.count_down(); }));
  EXPECT_TRUE(pool.try_submit([&](ThreadPredictor&) { ran.count_down(); }));
  EXPECT_TRUE(pool.full());
  EXPECT_FALSE(pool.try_submit([](ThreadPredictor&) { ADD_FAILURE(); }));
  may_end.count_down();
  ran.wait();
  EXPECT_FALSE(pool.full());
}

TEST(WorkerPool, NoCapacityRefusesEverything) {
  const Models models({{"default", Model::builtin()}});
  WorkerPool pool(models, {}, 1, 0);
  EXPECT_TRUE(pool.full());
  EXPECT_FALSE(pool.try_submit([](ThreadPredictor&) { ADD_FAILURE(); }));
}

TEST(WorkerPool, LetsGoOfEveryJobAtItsEnd) {
  const auto witness = std::make_shared<int>(0);
  std::latch may_end(1);
  std::thread releaser;
  {
    const Models models({{"default", Model::builtin()}});
    WorkerPool pool(models, {}, 1, 10);
    std::binary_semaphore started(0);
    ASSERT_TRUE(pool.try_submit([&](ThreadPredictor&) {
      started.release();
      may_end.wait();
    }));
    started.acquire();
    ASSERT_TRUE(pool.try_submit([witness](ThreadPredictor&) {}));
    releaser = std::thread([&] { may_end.count_down(); });
  }
  releaser.join();
  EXPECT_EQ(witness.use_count(), 1);
}

}  // namespace
}  // namespace genre::server
