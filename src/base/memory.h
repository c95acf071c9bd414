// What a thread does where there is no memory.
#pragma once

namespace genre::base {

// While it lives, operator new in this thread waits a while for memory before it throws
// std::bad_alloc: the other threads may release some. It is for threads in which an exception would
// cost more than the one item at hand: those that write the results of all items, and those whose
// code is partly a library's that no exception may pass. The wait is bounded, by about a second for
// one request, so that a large one fails soon.
//
// The first one sets the process's new handler, which throws at once in all other threads.
class WaitForMemory {
 public:
  WaitForMemory() noexcept;
  ~WaitForMemory();
  WaitForMemory(const WaitForMemory&) = delete;
  WaitForMemory& operator=(const WaitForMemory&) = delete;

 private:
  bool before_;
};

// The same until this thread ends: for threads that a library has started.
void wait_for_memory_in_this_thread() noexcept;

}  // namespace genre::base
