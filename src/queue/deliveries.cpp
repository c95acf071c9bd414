#include "queue/deliveries.h"

#include <cassert>
#include <numeric>
#include <utility>

#include "base/parallel.h"

namespace genre::queue {
namespace {

constexpr double kReportsPerWait = 3;  // so that one can get lost

}  // namespace

Deliveries::Deliveries(std::size_t capacity, double ack_wait)
    : pause_(static_cast<std::int64_t>(1000 * ack_wait / kReportsPerWait)),
      slots_(capacity),
      free_(capacity),
      reporter_([this](const std::stop_token& stop) { report_progress(stop); }) {
  std::iota(free_.begin(), free_.end(), Slot{0});
}

Deliveries::Slot Deliveries::acquire(Message message) noexcept {
  const std::scoped_lock lock(mutex_);
  assert(!free_.empty());
  const Slot slot = free_.back();
  free_.pop_back();
  slots_[slot] = std::move(message);
  return slot;
}

// free_ has its full capacity from the start, so this does not allocate.
Message Deliveries::extract(Slot slot) noexcept {
  free_.push_back(slot);
  changed_.notify_all();
  return std::move(slots_[slot]);
}

// The lock ensures that no progress report follows the acknowledgement. If nats.c fails to send the
// acknowledgement, the server delivers the message again after ack_wait.
void Deliveries::ack(Slot slot) noexcept {
  const std::scoped_lock lock(mutex_);
  natsMsg_Ack(extract(slot).get(), nullptr);
}

void Deliveries::nak(Slot slot, double delay) noexcept {
  const std::scoped_lock lock(mutex_);
  natsMsg_NakWithDelay(extract(slot).get(), static_cast<std::int64_t>(delay * 1000), nullptr);
}

void Deliveries::release(Slot slot) noexcept {
  const std::scoped_lock lock(mutex_);
  static_cast<void>(extract(slot));
}

std::size_t Deliveries::size() const noexcept {
  const std::scoped_lock lock(mutex_);
  return slots_.size() - free_.size();
}

void Deliveries::wait_below(std::size_t n) noexcept {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return slots_.size() - free_.size() < n; });
}

void Deliveries::report_progress(const std::stop_token& stop) {
  base::name_this_thread("genre-progress");
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, stop, pause_, [&] { return stop.stop_requested(); })) {
    for (const Message& message : slots_) {
      if (message) natsMsg_InProgress(message.get(), nullptr);
    }
  }
}

}  // namespace genre::queue
