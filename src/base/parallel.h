// Runs jobs on a fixed number of threads with a bounded queue. All of genre's code uses this for
// it. An exception in a job never leaves its thread: it becomes the Error of that job only.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "genre/result.h"

namespace genre::base {

// One per core.
[[nodiscard]] unsigned default_threads();

// Sets the name of the calling thread, shown by `top -H`. At most 15 characters.
void name_this_thread(const char* name) noexcept;

// The current exception as an Error: kOutOfMemory, or kInternal with its message. Call it in a
// catch block.
[[nodiscard]] Error current_error() noexcept;

// Calls f, which returns a Result, and returns it. An exception of f becomes the error of the
// Result.
template <typename F>
[[nodiscard]] std::invoke_result_t<F> attempt(F&& f) noexcept try {
  return std::forward<F>(f)();
} catch (...) {
  return tl::make_unexpected(current_error());
}

inline constexpr const char* kWorkerThreadName = "genre-worker";

// Threads that take jobs from a queue. A job is any movable value; each thread has its own function
// to process jobs. Thread-safe.
template <typename Job>
class ThreadPool {
 public:
  // Must not throw: a worker reports its own errors, for example with attempt().
  using Worker = std::function<void(Job&&)>;

  // Starts one thread per worker. capacity: maximum number of waiting jobs. name: of the threads.
  // Throws std::system_error if a thread cannot be started.
  ThreadPool(std::vector<Worker> workers, std::size_t capacity,
             const char* name = kWorkerThreadName);
  ~ThreadPool() { close(); }  // drops the waiting jobs and waits for the running ones
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Queues a job. Returns false immediately if the queue is full or closed. Throws std::bad_alloc.
  // In both cases the job is unchanged.
  [[nodiscard]] bool try_submit(Job&& job);

  [[nodiscard]] std::size_t n_waiting() const;
  [[nodiscard]] bool full() const { return n_waiting() >= capacity_; }

  // Accepts no more jobs, waits for the running ones and returns those that were not started. Do
  // not call it from a worker or from two threads at once.
  std::list<Job> close() noexcept;

 private:
  void run(Worker& worker);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Job> queue_;  // not a deque, whose move may allocate
  bool closed_ = false;
  std::vector<Worker> workers_;
  std::vector<std::jthread> threads_;
};

// Processes the items of a sequence in parallel and delivers the results in the order of the items.
// `next` returns the next item, or nothing at the end. `on_result` gets each item with its result,
// or with the Error of its worker's exception. Both run on the calling thread; an exception of
// either reaches the caller after the running items are finished. `workers` has one function per
// thread. After on_result returns false or a stop is requested, no item is started, and the running
// ones are waited for. After a stop, results are delivered up to the first item that was not
// started.
template <typename Outcome, typename Next, typename Worker, typename OnResult>
void for_each_ordered(Next next, std::vector<Worker> workers, OnResult on_result,
                      const std::stop_token& stop = {});

// ---- definitions of the templates ----

template <typename Job>
ThreadPool<Job>::ThreadPool(std::vector<Worker> workers, std::size_t capacity, const char* name)
    : capacity_(capacity), workers_(std::move(workers)) {
  static_assert(std::is_nothrow_move_constructible_v<Job>);
  threads_.reserve(workers_.size());
  try {
    for (Worker& worker : workers_) {
      threads_.emplace_back([this, &worker, name] {
        name_this_thread(name);
        run(worker);
      });
    }
  } catch (...) {
    close();  // otherwise the destructor would wait forever for the started threads
    throw;
  }
}

template <typename Job>
bool ThreadPool<Job>::try_submit(Job&& job) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

template <typename Job>
std::size_t ThreadPool<Job>::n_waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

template <typename Job>
std::list<Job> ThreadPool<Job>::close() noexcept {
  std::list<Job> unstarted;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    unstarted.swap(queue_);
  }
  changed_.notify_all();
  threads_.clear();  // joins
  return unstarted;
}

template <typename Job>
void ThreadPool<Job>::run(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    {
      std::list<Job> job;
      job.splice(job.begin(), queue_, queue_.begin());  // allocates nothing
      lock.unlock();
      worker(std::move(job.front()));
    }  // destroys the job before the thread waits for the next one
    lock.lock();
  }
}

template <typename Outcome, typename Next, typename Worker, typename OnResult>
void for_each_ordered(Next next, std::vector<Worker> workers, OnResult on_result,
                      const std::stop_token& stop) {
  using Item = typename std::invoke_result_t<Next>::value_type;
  static_assert(std::is_nothrow_move_constructible_v<Outcome>);
  // A slow item must not block the others, so up to this many items per thread are started ahead of
  // it. Their results wait in preallocated slots, so that storing a result cannot fail.
  constexpr std::size_t kAheadPerThread = 64;
  struct Slot {
    std::optional<Item> item;
    std::optional<Result<Outcome>> result;
  };
  std::vector<Slot> slots(kAheadPerThread * workers.size());
  std::mutex mutex;
  std::condition_variable_any finished;

  std::vector<typename ThreadPool<Slot*>::Worker> slot_workers;
  for (Worker& worker : workers) {
    slot_workers.emplace_back([&, worker = std::move(worker)](Slot* slot) {
      // The calling thread may be busy in on_result for long and notice the stop late.
      if (stop.stop_requested()) return;
      auto result = attempt([&]() -> Result<Outcome> { return worker(*slot->item); });
      const std::scoped_lock lock(mutex);
      slot->result.emplace(std::move(result));
      // Notify while the lock is held: after it, the calling thread may destroy the condition.
      finished.notify_one();
    });
  }
  // The pool is created last and destroyed first, because its threads use all of the above.
  ThreadPool<Slot*> pool(std::move(slot_workers), slots.size());

  bool more = true;  // whether there are more items to start
  std::size_t started = 0, due = 0;
  while (true) {
    while (more && started - due < slots.size() && !stop.stop_requested()) {
      Slot& slot = slots[started % slots.size()];
      slot.item = next();
      more = slot.item.has_value();
      if (!more) break;
      static_cast<void>(pool.try_submit(&slot));  // the queue has room for every slot
      ++started;
    }
    if (due == started) return;
    Slot& slot = slots[due % slots.size()];
    bool done = false;
    {
      std::unique_lock lock(mutex);
      done = finished.wait(lock, stop, [&] { return slot.result.has_value(); });
    }
    if (!done) {
      pool.close();  // stopped: no item is started any more, and the threads have ended
      if (!slot.result) return;
    }
    Result<Outcome> result = std::move(*slot.result);
    slot.result.reset();
    ++due;
    if (!on_result(std::move(*slot.item), std::move(result))) return;
  }
}

}  // namespace genre::base
