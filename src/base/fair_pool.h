// Threads that take the work of several clients in turn, so that a client with much work does not
// delay the others by more than the length of a turn.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/parallel.h"

namespace genre::base {

// What a job returns after each step.
template <typename Job>
struct Step {
  bool unfinished = false;       // the job has more steps
  std::list<Job> new_jobs = {};  // for the same task
};

struct FairPoolOptions {
  std::size_t capacity = 0;  // maximum number of tasks that wait and have no running job
  // After this time, a thread that works on a job takes another one, if one waits.
  std::chrono::microseconds turn{2000};
  // Jobs that have begun and wait hold memory, for example of a decoder. At this number of them, a
  // thread works on its job until the end.
  std::size_t max_suspended = std::numeric_limits<std::size_t>::max();
  const char* thread_name = kWorkerThreadName;
};

// A task consists of jobs, which run on several threads at once; a job consists of steps. The
// threads take clients in turn, for each client its tasks in turn, and the jobs of a task in their
// order: a job that has begun is finished before another one of its task begins, so that not more
// of them are begun than there are threads. Thread-safe.
template <typename Job>
class FairPool {
 public:
  // Runs a step of a job. Must not throw.
  using Worker = std::function<Step<Job>(Job&)>;

  // Starts one thread per worker. Throws std::system_error if a thread cannot be started.
  FairPool(std::vector<Worker> workers, const FairPoolOptions& options);
  // Waits for the steps in progress and drops all jobs.
  ~FairPool() { close(); }
  FairPool(const FairPool&) = delete;
  FairPool& operator=(const FairPool&) = delete;

  // Adds a task of this client. Returns false immediately if the queue is full. Throws
  // std::bad_alloc. In both cases the jobs are unchanged.
  [[nodiscard]] bool try_submit(std::string client, std::list<Job>&& jobs);

  [[nodiscard]] std::size_t n_waiting() const;  // tasks
  [[nodiscard]] bool full() const { return n_waiting() >= options_.capacity; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Client {
    std::string name;
    std::uint64_t last_turn = 0;
  };
  struct Task {
    std::shared_ptr<Client> client;  // of all its tasks
    std::uint64_t last_turn = 0;
    std::list<Job> jobs;  // that wait; the first n_suspended of them have begun
    std::size_t n_suspended = 0;
    std::size_t n_running = 0;
  };
  using TaskIterator = typename std::list<Task>::iterator;

  void run(Worker& worker);
  bool run_turn(Worker& worker, TaskIterator task, Job& job);
  [[nodiscard]] TaskIterator next_task();
  void add_jobs(TaskIterator task, std::list<Job>&& jobs);
  [[nodiscard]] bool must_give_way() const;
  void close() noexcept;

  const FairPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Task> tasks_;        // that have jobs, running or waiting; the oldest first
  std::uint64_t last_turn_ = 0;  // counts the beginnings and the ends of turns
  std::size_t n_jobs_ = 0;       // that wait
  std::size_t n_suspended_ = 0;  // of those
  std::size_t n_waiting_ = 0;    // tasks without a running job
  bool closed_ = false;
  std::vector<Worker> workers_;
  std::vector<std::jthread> threads_;
};

// ---- definitions of the templates ----

template <typename Job>
FairPool<Job>::FairPool(std::vector<Worker> workers, const FairPoolOptions& options)
    : options_(options), workers_(std::move(workers)) {
  static_assert(std::is_nothrow_move_constructible_v<Step<Job>>);
  threads_.reserve(workers_.size());
  try {
    for (Worker& worker : workers_) {
      threads_.emplace_back([this, &worker] {
        name_this_thread(options_.thread_name);
        run(worker);
      });
    }
  } catch (...) {
    close();  // otherwise the destructor would wait forever for the started threads
    throw;
  }
}

template <typename Job>
bool FairPool<Job>::try_submit(std::string client, std::list<Job>&& jobs) {
  // Everything is allocated before the lock is held: a thread that waits for memory in it would
  // keep the others from releasing theirs.
  std::list<Task> added(1);
  TaskIterator task = added.begin();
  task->client = std::make_shared<Client>(Client{.name = std::move(client)});
  const auto own_client = task->client;  // if it is not used, it is destroyed outside the lock
  {
    const std::scoped_lock lock(mutex_);
    if (closed_ || n_waiting_ >= options_.capacity) return false;
    const auto same = std::ranges::find_if(
        tasks_, [&](const Task& other) { return other.client->name == own_client->name; });
    if (same != tasks_.end()) {
      task->client = same->client;
    } else {
      task->client->last_turn = last_turn_;
    }
    task->last_turn = last_turn_;  // a new task gets its turn after those that wait already
    tasks_.splice(tasks_.end(), added);
    ++n_waiting_;
    add_jobs(task, std::move(jobs));
  }
  changed_.notify_all();
  return true;
}

template <typename Job>
std::size_t FairPool<Job>::n_waiting() const {
  const std::scoped_lock lock(mutex_);
  return n_waiting_;
}

template <typename Job>
void FairPool<Job>::close() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
  tasks_.clear();
}

template <typename Job>
void FairPool<Job>::add_jobs(TaskIterator task, std::list<Job>&& jobs) {
  n_jobs_ += jobs.size();
  task->jobs.splice(task->jobs.end(), jobs);
}

// The one whose client, and which itself, has waited longest. There are jobs.
template <typename Job>
typename FairPool<Job>::TaskIterator FairPool<Job>::next_task() {
  auto next = tasks_.end();
  for (auto task = tasks_.begin(); task != tasks_.end(); ++task) {
    if (task->jobs.empty()) continue;
    if (next == tasks_.end() || std::pair(task->client->last_turn, task->last_turn) <
                                    std::pair(next->client->last_turn, next->last_turn)) {
      next = task;
    }
  }
  return next;
}

template <typename Job>
bool FairPool<Job>::must_give_way() const {
  const std::scoped_lock lock(mutex_);
  return closed_ || (n_jobs_ > 0 && n_suspended_ < options_.max_suspended);
}

// Returns whether the job is unfinished.
template <typename Job>
bool FairPool<Job>::run_turn(Worker& worker, TaskIterator task, Job& job) {
  auto end = Clock::now() + options_.turn;
  while (true) {
    Step<Job> step = worker(job);
    if (!step.new_jobs.empty()) {
      const std::scoped_lock lock(mutex_);
      add_jobs(task, std::move(step.new_jobs));
      changed_.notify_all();
    }
    if (!step.unfinished) return false;
    if (Clock::now() < end) continue;
    if (must_give_way()) return true;
    end = Clock::now() + options_.turn;
  }
}

template <typename Job>
void FairPool<Job>::run(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || n_jobs_ > 0; });
    if (closed_) return;
    const TaskIterator task = next_task();
    task->last_turn = task->client->last_turn = ++last_turn_;
    std::list<Job> job;
    job.splice(job.begin(), task->jobs, task->jobs.begin());  // allocates nothing
    --n_jobs_;
    if (task->n_suspended > 0) {
      --task->n_suspended;
      --n_suspended_;
    }
    if (task->n_running++ == 0) --n_waiting_;
    lock.unlock();
    const bool unfinished = run_turn(worker, task, job.front());
    if (!unfinished) job.clear();  // before the thread waits for the next one
    lock.lock();
    if (unfinished) {
      // Behind those that came during the turn.
      task->last_turn = task->client->last_turn = ++last_turn_;
      task->jobs.splice(task->jobs.begin(), job);
      ++n_jobs_;
      ++task->n_suspended;
      ++n_suspended_;
      changed_.notify_one();
    }
    if (--task->n_running > 0) continue;
    if (!task->jobs.empty()) {
      ++n_waiting_;
    } else {
      tasks_.erase(task);
    }
  }
}

}  // namespace genre::base
