// Lets a thread wait for memory when an allocation fails.
#pragma once

namespace genre::base {

// During its lifetime, operator new in this thread waits for other threads to release memory before
// it throws std::bad_alloc. Use it in threads where an exception would cost more than the current
// item: threads that write the results of all items, and threads that run code of a library which
// no exception may cross. The wait is about a second per request at most, so that a large request
// fails soon.
//
// The first object sets the new handler of the process, which throws at once in all other threads.
class WaitForMemory {
 public:
  WaitForMemory() noexcept;
  ~WaitForMemory();
  WaitForMemory(const WaitForMemory&) = delete;
  WaitForMemory& operator=(const WaitForMemory&) = delete;

 private:
  bool before_;
};

// The same until this thread ends, for threads that a library started.
void wait_for_memory_in_this_thread() noexcept;

}  // namespace genre::base
