#include "base/fair_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <string>

namespace genre::base {
namespace {

struct Job {
  std::function<Step<Job>()> step;
};
using Pool = FairPool<Job>;

std::vector<Pool::Worker> workers(std::size_t n) {
  return {n, [](Job& job) { return job.step(); }};
}

constexpr std::chrono::microseconds kOneStep{0};  // a turn ends after each step

std::list<Job> once(std::function<void()> f) {
  return {{[f = std::move(f)] {
    f();
    return Step<Job>{};
  }}};
}

// One thread, which waits until all jobs are queued. Then the order of the steps is certain.
class OneThread : public testing::Test {
 protected:
  void submit(const std::string& client, std::list<Job> jobs) {
    ASSERT_TRUE(pool_->try_submit(client, std::move(jobs)));
  }

  // A job of some steps, each of which records the name.
  Job job(const std::string& name, int n_steps) {
    ++n_open_;
    return {[this, name, n = n_steps]() mutable {
      order_ += name;
      const bool last = --n == 0;
      if (last && --n_open_ == 0) done_.count_down();
      return Step<Job>{.unfinished = !last};
    }};
  }

  template <typename... Jobs>
  std::list<Job> list(Jobs... jobs) {
    std::list<Job> all;
    (all.push_back(std::move(jobs)), ...);
    return all;
  }

  std::string run() {
    may_begin_.count_down();
    done_.wait();
    return order_;
  }

  void make_pool(FairPoolOptions options) {
    options.capacity = 100;
    options.turn = kOneStep;
    pool_ = std::make_unique<Pool>(workers(1), options);
    std::latch begun(1);
    submit("first", once([&] {
             begun.count_down();
             may_begin_.wait();
           }));
    begun.wait();
  }

  std::latch may_begin_{1}, done_{1};
  std::string order_;
  std::atomic<int> n_open_ = 0;
  std::unique_ptr<Pool> pool_;  // destroyed first
};

TEST_F(OneThread, TakesClientsInTurnWhateverTheNumberOfTheirRequests) {
  make_pool({});
  for (const char* name : {"a", "b", "c"}) submit("many", list(job(name, 2)));
  submit("one", list(job("x", 6)));
  // In each second turn the client with one request, in the others those of the other one in turn.
  EXPECT_EQ(run(), "axbxcxaxbxcx");
}

TEST_F(OneThread, TakesTheRequestsOfAClientInTurn) {
  make_pool({});
  submit("client", list(job("a", 3), job("b", 3)));
  submit("client", list(job("x", 1)));
  EXPECT_EQ(run(), "axaabbb");
}

TEST_F(OneThread, FinishesAFileBeforeTheNextOneOfTheSameRequestBegins) {
  make_pool({});
  submit("one", list(job("a", 2), job("b", 2)));
  submit("other", list(job("x", 2), job("y", 2)));
  EXPECT_EQ(run(), "axaxbyby");
}

TEST_F(OneThread, GivesANewClientItsTurnAfterThoseThatWait) {
  make_pool({});
  Job first = job("a", 4);
  ++n_open_;
  submit("one", list(Job{[this, n = 0, x = job("x", 1)]() mutable {
           order_ += "b";
           if (++n == 2) submit("new", list(std::move(x)));
           const bool last = n == 4;
           if (last && --n_open_ == 0) done_.count_down();
           return Step<Job>{.unfinished = !last};
         }}));
  submit("other", list(std::move(first)));
  EXPECT_EQ(run(), "babaxbaba");
}

TEST_F(OneThread, RunsTheJobsThatAStepAdds) {
  make_pool({});
  submit("client", list(Job{[this, first = true, a = job("a", 1), b = job("b", 1)]() mutable {
           order_ += "r";
           Step<Job> step{.unfinished = first};
           if (first) step.new_jobs = list(std::move(a), std::move(b));
           first = false;
           return step;
         }}));
  EXPECT_EQ(run(), "rrab");
}

TEST_F(OneThread, SuspendsNotMoreJobsThanItsLimit) {
  make_pool({.max_suspended = 1});
  submit("a", list(job("a", 3)));
  submit("b", list(job("b", 3)));
  submit("c", list(job("c", 1)));
  // While a waits, b is not suspended.
  EXPECT_EQ(run(), "abbbcaa");
}

TEST(FairPool, RunsTheJobsOfOneTaskOnAllThreads) {
  constexpr int kThreads = 3;
  std::latch all_begun(kThreads);
  std::promise<void> done;
  std::atomic<int> n_open = kThreads;
  Pool pool(workers(kThreads), {.capacity = 1});  // ends before what its jobs use
  std::list<Job> jobs;
  for (int i = 0; i < kThreads; ++i) {
    jobs.splice(jobs.end(), once([&] {
                  all_begun.arrive_and_wait();
                  if (--n_open == 0) done.set_value();
                }));
  }
  ASSERT_TRUE(pool.try_submit("client", std::move(jobs)));
  done.get_future().wait();
}

TEST(FairPool, CountsTasksThatWaitAndNotTheirJobs) {
  std::latch begun(1), may_end(1), done(3);
  Pool pool(workers(1), {.capacity = 1, .turn = kOneStep});
  std::list<Job> jobs = once([&] {
    begun.count_down();
    may_end.wait();
    done.count_down();
  });
  jobs.splice(jobs.end(), once([&] { done.count_down(); }));
  ASSERT_TRUE(pool.try_submit("client", std::move(jobs)));
  begun.wait();
  EXPECT_EQ(pool.n_waiting(), 0U);
  std::list<Job> another = once([&] { done.count_down(); });
  EXPECT_TRUE(pool.try_submit("client", std::move(another)));
  EXPECT_TRUE(pool.full());
  std::list<Job> refused = once([] { ADD_FAILURE(); });
  EXPECT_FALSE(pool.try_submit("client", std::move(refused)));
  EXPECT_EQ(refused.size(), 1U);
  may_end.count_down();
  done.wait();
}

// A song of two hours must not keep a server from ending.
TEST(FairPool, DropsUnfinishedJobsAtItsEnd) {
  const auto witness = std::make_shared<int>(0);
  {
    Pool pool(workers(2), {.capacity = 10, .turn = kOneStep});
    std::latch begun(1);
    std::list<Job> jobs = once([witness, &begun] { begun.count_down(); });
    jobs.push_back({[witness] { return Step<Job>{.unfinished = true}; }});
    jobs.push_back({[witness] { return Step<Job>{.unfinished = true}; }});
    jobs.push_back({[witness] { return Step<Job>{.unfinished = true}; }});
    ASSERT_TRUE(pool.try_submit("client", std::move(jobs)));
    begun.wait();
  }
  EXPECT_EQ(witness.use_count(), 1);
}

// Many threads, clients and jobs that add jobs: for the sanitizers.
TEST(FairPool, LosesNoJob) {
  constexpr int kTasks = 200, kJobs = 5, kSteps = 4;
  Pool pool(workers(4), {.capacity = kTasks, .turn = kOneStep, .max_suspended = 3});
  std::latch done(kTasks * kJobs);
  const auto steps = [&] {
    return Job{[&done, n = 0]() mutable {
      if (++n < kSteps) return Step<Job>{.unfinished = true};
      done.count_down();
      return Step<Job>{};
    }};
  };
  for (int task = 0; task < kTasks; ++task) {
    std::list<Job> jobs;
    jobs.push_back({[&] {
      Step<Job> step;
      for (int i = 0; i < kJobs; ++i) step.new_jobs.push_back(steps());
      return step;
    }});
    ASSERT_TRUE(pool.try_submit(std::to_string(task % 7), std::move(jobs)));
  }
  done.wait();
}

}  // namespace
}  // namespace genre::base
