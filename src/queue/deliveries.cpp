#include "queue/deliveries.h"

#include <utility>

namespace genre::queue {
namespace {

constexpr double kSignsPerWait = 3;

}  // namespace

Deliveries::Deliveries(double ack_wait)
    : pause_(static_cast<std::int64_t>(1000 * ack_wait / kSignsPerWait)),
      alive_([this](const std::stop_token& stop) { show_signs_of_life(stop); }) {}

std::uint64_t Deliveries::hold(Message message) {
  jsMsgMetaData* data = nullptr;
  natsMsg_GetMetaData(&data, message.get());
  const Handle<jsMsgMetaData, jsMsgMetaData_Destroy> freed(data);
  const std::scoped_lock lock(mutex_);
  held_.emplace(message.get(), std::move(message));
  return data ? data->NumDelivered : 1;
}

Message Deliveries::take(natsMsg* message) {
  auto node = held_.extract(message);
  changed_.notify_all();
  return std::move(node.mapped());
}

void Deliveries::ack(natsMsg* message) {
  const std::scoped_lock lock(mutex_);
  natsMsg_Ack(take(message).get(), nullptr);
}

void Deliveries::nak(natsMsg* message, double delay) {
  const std::scoped_lock lock(mutex_);
  natsMsg_NakWithDelay(take(message).get(), static_cast<std::int64_t>(delay * 1000), nullptr);
}

void Deliveries::let_go(natsMsg* message) {
  const std::scoped_lock lock(mutex_);
  take(message);
}

std::size_t Deliveries::size() const {
  const std::scoped_lock lock(mutex_);
  return held_.size();
}

void Deliveries::wait_below(std::size_t n) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return held_.size() < n; });
}

void Deliveries::show_signs_of_life(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, stop, pause_, [&] { return stop.stop_requested(); })) {
    for (const auto& [message, owned] : held_) natsMsg_InProgress(message, nullptr);
  }
}

}  // namespace genre::queue
