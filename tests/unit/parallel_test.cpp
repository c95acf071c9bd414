#include "base/parallel.h"

#include <gmock/gmock.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <latch>
#include <new>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace genre::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using IntWorker = std::function<int(int)>;

// The integers from 0 to n - 1.
auto up_to(int n) {
  return [n, i = 0]() mutable { return i < n ? std::optional<int>(i++) : std::nullopt; };
}

std::vector<IntWorker> workers(unsigned n, const IntWorker& worker) {
  return std::vector<IntWorker>(n, worker);
}

Error error_of(const std::function<int()>& f) {
  const auto result = attempt([&]() -> Result<int> { return f(); });
  EXPECT_FALSE(result);
  return result ? Error{} : result.error();
}

TEST(Attempt, GivesWhatTheFunctionReturns) {
  EXPECT_EQ(*attempt([]() -> Result<int> { return 3; }), 3);
  const auto failed = attempt([]() -> Result<int> { return fail(ErrorCode::kTooLong, "long"); });
  EXPECT_EQ(failed.error().code, ErrorCode::kTooLong);
  EXPECT_EQ(failed.error().message, "long");
}

TEST(Attempt, MakesAnErrorOfWhatTheFunctionThrows) {
  const Error memory = error_of([]() -> int { throw std::bad_alloc(); });
  EXPECT_EQ(memory.code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(memory.message, "there is not enough memory");

  const Error length = error_of([]() -> int { throw std::length_error("vector::reserve"); });
  EXPECT_EQ(length.code, ErrorCode::kInternal);
  EXPECT_EQ(length.message, "vector::reserve");

  const Error file = error_of([]() -> int {
    throw std::filesystem::filesystem_error("status", "a.wav",
                                            std::make_error_code(std::errc::io_error));
  });
  EXPECT_EQ(file.code, ErrorCode::kInternal);
  EXPECT_THAT(file.message, testing::HasSubstr("a.wav"));

  const Error other = error_of([]() -> int { throw 3; });
  EXPECT_EQ(other.code, ErrorCode::kInternal);
  EXPECT_EQ(other.message, "an exception of unknown type");
}

TEST(ForEachOrdered, HandsOutResultsInTheOrderOfTheItems) {
  constexpr int kItems = 2000;
  for (const unsigned threads : {1U, 2U, 5U}) {
    std::vector<int> items, results;
    for_each_ordered<int>(up_to(kItems), workers(threads, [](int i) { return 2 * i; }),
                          [&](int i, Result<int>&& result) {
                            items.push_back(i);
                            results.push_back(*result);
                            return true;
                          });
    ASSERT_EQ(items.size(), kItems);
    for (int i = 0; i < kItems; ++i) {
      ASSERT_EQ(items[static_cast<std::size_t>(i)], i);
      ASSERT_EQ(results[static_cast<std::size_t>(i)], 2 * i);
    }
  }
}

TEST(ForEachOrdered, NoItemsAreNoResults) {
  for_each_ordered<int>(up_to(0), workers(2, [](int i) { return i; }), [](int, Result<int>&&) {
    ADD_FAILURE();
    return true;
  });
}

TEST(ForEachOrdered, BeginsABoundedNumberOfItemsAheadOfTheOneThatIsDue) {
  constexpr int kAhead = 2 * 64;  // 64 for each thread
  std::atomic<int> most = 0;      // items that were taken
  std::latch may_end(1);
  for_each_ordered<int>(
      [&, next = up_to(1000)]() mutable {
        const auto item = next();
        if (item) {
          most = *item + 1;
          if (*item == kAhead - 1) may_end.count_down();  // else the first one would wait for ever
        }
        return item;
      },
      workers(2,
              [&](int i) {
                if (i == 0) may_end.wait();
                return i;
              }),
      [&](int i, Result<int>&&) {
        EXPECT_LE(most, i + kAhead);
        return true;
      });
  EXPECT_EQ(most, 1000);
}

TEST(ForEachOrdered, AnExceptionIsTheErrorOfItsItemAlone) {
  std::vector<std::string> results;
  for_each_ordered<int>(up_to(6),
                        workers(2,
                                [](int i) -> int {
                                  if (i == 1) throw std::bad_alloc();
                                  if (i == 2) throw std::length_error("too long");
                                  if (i == 3) throw 3;
                                  if (i == 4) {
                                    throw std::filesystem::filesystem_error("a file",
                                                                            std::error_code());
                                  }
                                  return i;
                                }),
                        [&](int i, Result<int>&& result) {
                          results.push_back(result ? std::to_string(*result)
                                                   : std::string(to_string(result.error().code)));
                          EXPECT_EQ(result.value_or(i), i);
                          return true;
                        });
  EXPECT_THAT(results, ElementsAre("0", "out_of_memory", "internal_error", "internal_error",
                                   "internal_error", "5"));
}

TEST(ForEachOrdered, BeginsNothingMoreOnceOnResultReturnsFalse) {
  std::atomic<int> begun = 0;
  std::vector<int> seen;
  for_each_ordered<int>(up_to(100'000),
                        workers(2,
                                [&](int i) {
                                  ++begun;
                                  return i;
                                }),
                        [&](int i, Result<int>&&) {
                          seen.push_back(i);
                          return i < 2;
                        });
  EXPECT_THAT(seen, ElementsAre(0, 1, 2));
  EXPECT_LE(begun, 3 + 2 * 64);
  const int at_return = begun;
  std::this_thread::yield();
  EXPECT_EQ(begun, at_return);  // the threads are gone
}

TEST(ForEachOrdered, AfterAStopHandsOutTheResultsOfWhatWasBegun) {
  std::stop_source stop;
  std::atomic<int> begun = 0;
  std::vector<int> seen;
  for_each_ordered<int>(
      up_to(1000),
      workers(1,
              [&](int i) {
                ++begun;
                if (i == 5) stop.request_stop();
                return i;
              }),
      [&](int i, Result<int>&&) {
        seen.push_back(i);
        return true;
      },
      stop.get_token());
  EXPECT_EQ(begun, 6);
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(ForEachOrdered, AStopWhileAResultIsHandedOutBeginsNothingMore) {
  std::stop_source stop;
  std::binary_semaphore second_may_end(0);
  std::atomic<int> begun = 0;
  int seen = 0;
  for_each_ordered<int>(
      up_to(1000),
      workers(1,
              [&](int i) {
                ++begun;
                if (i == 1) second_may_end.acquire();
                return i;
              }),
      [&](int i, Result<int>&&) {
        ++seen;
        if (i == 0) {
          stop.request_stop();
          second_may_end.release();  // its thread sees the stop before this one returns
        }
        return true;
      },
      stop.get_token());
  EXPECT_LE(begun, 2);
  EXPECT_EQ(seen, begun);
}

TEST(ForEachOrdered, AStopBeforeTheStartBeginsNothing) {
  std::stop_source stop;
  stop.request_stop();
  for_each_ordered<int>(
      up_to(3),
      workers(2,
              [](int i) {
                ADD_FAILURE();
                return i;
              }),
      [](int, Result<int>&&) {
        ADD_FAILURE();
        return true;
      },
      stop.get_token());
}

TEST(ForEachOrdered, WhatNextThrowsReachesTheCallerOnceTheItemsUnderWayAreDone) {
  std::atomic<int> begun = 0, done = 0;
  std::binary_semaphore first_began(0);
  EXPECT_THROW(for_each_ordered<int>(
                   [&, next = up_to(10)]() mutable {
                     const auto item = next();
                     if (item == 5) {
                       first_began.acquire();
                       throw std::runtime_error("next");
                     }
                     return item;
                   },
                   workers(2,
                           [&](int i) {
                             ++begun;
                             if (i == 0) first_began.release();
                             ++done;
                             return i;
                           }),
                   [](int, Result<int>&&) { return true; }),
               std::runtime_error);
  EXPECT_GE(begun, 1);
  EXPECT_EQ(begun, done);
}

TEST(ForEachOrdered, WhatOnResultThrowsReachesTheCaller) {
  int seen = 0;
  EXPECT_THROW(for_each_ordered<int>(up_to(1000), workers(2, [](int i) { return i; }),
                                     [&](int, Result<int>&&) -> bool {
                                       if (++seen == 3) throw std::runtime_error("on_result");
                                       return true;
                                     }),
               std::runtime_error);
  EXPECT_EQ(seen, 3);
}

TEST(ForEachOrdered, RunsOnTheThreadsOfItsWorkers) {
  std::vector<IntWorker> two;
  std::array<std::atomic<int>, 2> items{};
  for (auto& count : items) {
    two.emplace_back([&count](int i) {
      ++count;
      return i;
    });
  }
  for_each_ordered<int>(up_to(500), std::move(two), [](int, Result<int>&&) { return true; });
  EXPECT_EQ(items[0] + items[1], 500);
}

using Pool = ThreadPool<std::function<void()>>;

std::vector<Pool::Worker> callers(unsigned n) {
  return std::vector<Pool::Worker>(n, [](std::function<void()>&& job) { job(); });
}

TEST(ThreadPool, RefusesAtOnceWhenFullAndLeavesTheJobAsItWas) {
  std::binary_semaphore started(0);
  std::latch may_end(1);
  Pool pool(callers(1), 1);  // ends before what its jobs use
  ASSERT_TRUE(pool.try_submit([&] {
    started.release();
    may_end.wait();
  }));
  started.acquire();
  EXPECT_FALSE(pool.full());
  ASSERT_TRUE(pool.try_submit([] {}));
  EXPECT_TRUE(pool.full());
  std::function<void()> job = [] {};
  EXPECT_FALSE(pool.try_submit(std::move(job)));
  EXPECT_TRUE(job);
  may_end.count_down();
}

TEST(ThreadPool, CloseWaitsForWhatRunsAndReturnsWhatNeverStarted) {
  Pool pool(callers(1), 10);
  std::binary_semaphore started(0), may_end(0);
  bool done = false;
  ASSERT_TRUE(pool.try_submit([&] {
    started.release();
    may_end.acquire();
    done = true;
  }));
  started.acquire();
  int ran = 0;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.try_submit([&] { ++ran; }));
  // The job ends only after close has emptied the queue: n_waiting is 0 from then on.
  std::jthread releaser([&] {
    while (pool.n_waiting() > 0) std::this_thread::yield();
    may_end.release();
  });
  const auto unstarted = pool.close();
  EXPECT_TRUE(done);
  EXPECT_EQ(unstarted.size(), 3U);
  EXPECT_EQ(ran, 0);
  EXPECT_FALSE(pool.try_submit([] {}));
  EXPECT_THAT(pool.close(), IsEmpty());
}

TEST(ThreadPool, ReleasesWhatAJobHoldsBeforeItWaitsForTheNextOne) {
  Pool pool(callers(1), 2);
  const auto witness = std::make_shared<int>(0);
  ASSERT_TRUE(pool.try_submit([witness] {}));
  std::latch second(1);
  ASSERT_TRUE(pool.try_submit([&] { second.count_down(); }));
  second.wait();
  EXPECT_EQ(witness.use_count(), 1);
}

std::string name_of_thread() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

TEST(ThreadPool, NamesItsThreads) {
  for (const char* const name : {kWorkerThreadName, "genre-loader"}) {
    Pool pool(callers(1), 1, name);
    std::string seen;
    std::latch done(1);
    ASSERT_TRUE(pool.try_submit([&] {
      seen = name_of_thread();
      done.count_down();
    }));
    done.wait();
    EXPECT_EQ(seen, name);
  }
}

}  // namespace
}  // namespace genre::base
