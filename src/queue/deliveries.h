// The messages that a worker has received and not acknowledged yet.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "queue/nats.h"

namespace genre::queue {

// While a message is in a slot, a thread regularly reports it to the server as in progress, so that
// the server does not deliver it to another worker. Thread-safe. The slots exist from the start,
// and nothing here throws: a job that is never acknowledged would be blocked until this process
// ends.
class Deliveries {
 public:
  using Slot = std::size_t;

  // capacity: the number of slots. ack_wait: s after which the server delivers a message again.
  Deliveries(std::size_t capacity, double ack_wait);

  // Puts a message into a free slot. There must be one (wait_below). The message stays valid until
  // one of the three functions below is called with the slot.
  [[nodiscard]] Slot acquire(Message message) noexcept;

  void ack(Slot slot) noexcept;                // the job is done
  void nak(Slot slot, double delay) noexcept;  // deliver it again, after delay s
  void release(Slot slot) noexcept;            // it will be delivered again, after ack_wait

  [[nodiscard]] std::size_t size() const noexcept;

  // Waits until fewer than n slots are in use.
  void wait_below(std::size_t n) noexcept;

 private:
  void report_progress(const std::stop_token& stop);
  [[nodiscard]] Message extract(Slot slot) noexcept;

  const std::chrono::milliseconds pause_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Message> slots_;  // null: free
  std::vector<Slot> free_;
  std::jthread reporter_;
};

}  // namespace genre::queue
