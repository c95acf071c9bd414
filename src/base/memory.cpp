#include "base/memory.h"

#include <chrono>
#include <new>
#include <thread>

namespace genre::base {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::microseconds kPause{100};
constexpr int kMostPauses = 5000;  // half a second
constexpr std::chrono::milliseconds kShortageOver{100};

// Constant initialization and no destructors, so that the first access allocates nothing.
thread_local constinit bool waits = false;
thread_local constinit int n_pauses = 0;
thread_local constinit const void* last_frame = nullptr;
thread_local constinit Clock::time_point last_pause{};

// operator new calls this and tries again until this throws. It does not report whether the last
// try succeeded, so the pauses of one request must be recognised here: its tries come from the same
// call of operator new, so the frame of this function has the same address. Consecutive requests at
// the same stack depth count as one. That is too strict, but matters only for thousands in a row.
void on_failure() {
  if (!waits) throw std::bad_alloc();
  const void* const frame = __builtin_frame_address(0);
  if (frame != last_frame || Clock::now() - last_pause > kShortageOver) n_pauses = 0;
  last_frame = frame;
  last_pause = Clock::now();
  if (n_pauses >= kMostPauses) throw std::bad_alloc();
  ++n_pauses;
  std::this_thread::sleep_for(kPause);
  last_pause = Clock::now();
}

// Not a static initializer: loading the library must not change the new handler of its host.
void install() noexcept {
  static const auto before = std::set_new_handler(on_failure);
  static_cast<void>(before);
}

}  // namespace

WaitForMemory::WaitForMemory() noexcept : before_(waits) {
  install();
  waits = true;
}

WaitForMemory::~WaitForMemory() { waits = before_; }

void wait_for_memory_in_this_thread() noexcept {
  install();
  waits = true;
}

}  // namespace genre::base
