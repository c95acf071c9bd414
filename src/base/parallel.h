// The one way to run jobs on threads: a bounded queue in front of a fixed number of them. What a
// job throws never leaves its thread: it becomes the Error of that job alone.
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

// One for each core.
[[nodiscard]] unsigned default_threads();

// Names the calling thread for operators, in `top -H` for one. Of 15 characters at most.
void name_this_thread(const char* name) noexcept;

// The exception that is being handled, as an Error: kOutOfMemory, or kInternal with its message.
[[nodiscard]] Error current_error() noexcept;

// What f returns, which is a Result. What f throws is the error of that Result.
template <typename F>
[[nodiscard]] std::invoke_result_t<F> attempt(F&& f) noexcept try {
  return std::forward<F>(f)();
} catch (...) {
  return tl::make_unexpected(current_error());
}

inline constexpr const char* kWorkerThreadName = "genre-worker";

// Threads that take jobs from a queue. A job is any movable value; each thread has a function that
// does it. Thread-safe.
template <typename Job>
class ThreadPool {
 public:
  // Must not throw: a failed job reports itself, for instance with the help of attempt().
  using Worker = std::function<void(Job&&)>;

  // A thread for each worker. capacity: the most jobs that wait for a thread. name: of the threads.
  // Throws std::system_error where a thread cannot be started.
  ThreadPool(std::vector<Worker> workers, std::size_t capacity,
             const char* name = kWorkerThreadName);
  ~ThreadPool() { close(); }  // drops the jobs that wait, and waits for those that run
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Queues a job. False, at once, where the queue is full or closed. Throws std::bad_alloc. The job
  // is as it was then, in both cases.
  [[nodiscard]] bool try_submit(Job&& job);

  [[nodiscard]] std::size_t n_waiting() const;
  [[nodiscard]] bool full() const { return n_waiting() >= capacity_; }

  // Takes no more jobs, waits for those that run, and returns those that never started. Not to be
  // called by two threads at once, nor by a worker.
  std::list<Job> close() noexcept;

 private:
  void run(Worker& worker);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Job> queue_;  // not a deque, which allocates even to be moved
  bool closed_ = false;
  std::vector<Worker> workers_;
  std::vector<std::jthread> threads_;
};

// Does work on the items of a sequence, several at a time, and hands out the results in the order
// of the items. `next` gives the items, and nothing at their end; `on_result` takes each item with
// its result, or with the Error of what its worker threw. Both run on the calling thread, and
// what they throw reaches the caller once the items under way are done. `workers` has a function
// for each thread. No further item is begun once on_result returns false or stop is requested;
// those under way are waited for. After a stop their results are handed out, up to the first item
// that was not begun.
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
    close();  // the threads that did start would be waited for forever
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
    }  // what the job holds is released before the thread waits for the next one
    lock.lock();
  }
}

template <typename Outcome, typename Next, typename Worker, typename OnResult>
void for_each_ordered(Next next, std::vector<Worker> workers, OnResult on_result,
                      const std::stop_token& stop) {
  using Item = typename std::invoke_result_t<Next>::value_type;
  static_assert(std::is_nothrow_move_constructible_v<Outcome>);
  // A long item must not hold up the others: so many per thread are begun before it is done. Their
  // results stay in slots that exist from the start, so that handing one over cannot fail.
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
      // The calling thread may be busy with a result for long, and not see the stop meanwhile.
      if (stop.stop_requested()) return;
      auto result = attempt([&]() -> Result<Outcome> { return worker(*slot->item); });
      const std::scoped_lock lock(mutex);
      slot->result.emplace(std::move(result));
      // While the lock is held: the calling thread may destroy the condition right after it.
      finished.notify_one();
    });
  }
  // The pool is the last to be made and the first to go: its threads use all of the above.
  ThreadPool<Slot*> pool(std::move(slot_workers), slots.size());

  bool more = true;  // items to begin
  std::size_t begun = 0, due = 0;
  while (true) {
    while (more && begun - due < slots.size() && !stop.stop_requested()) {
      Slot& slot = slots[begun % slots.size()];
      slot.item = next();
      more = slot.item.has_value();
      if (!more) break;
      static_cast<void>(pool.try_submit(&slot));  // there is room for each slot
      ++begun;
    }
    if (due == begun) return;
    Slot& slot = slots[due % slots.size()];
    bool done = false;
    {
      std::unique_lock lock(mutex);
      done = finished.wait(lock, stop, [&] { return slot.result.has_value(); });
    }
    if (!done) {
      pool.close();  // stopped: no item is begun any more, and the threads have ended
      if (!slot.result) return;
    }
    Result<Outcome> result = std::move(*slot.result);
    slot.result.reset();
    ++due;
    if (!on_result(std::move(*slot.item), std::move(result))) return;
  }
}

}  // namespace genre::base
