// The messages that a worker has been given and has not answered for yet.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "queue/nats.h"

namespace genre::queue {

// As long as a message is held, the server is told again and again that it is being worked on.
// Thread-safe.
class Deliveries {
 public:
  // ack_wait: s after which the server gives a message to somebody else.
  explicit Deliveries(double ack_wait);

  // The message stays valid until it is answered for. Returns how often it has been delivered.
  std::uint64_t hold(Message message);

  void ack(natsMsg* message);                // it is done
  void nak(natsMsg* message, double delay);  // somebody is to have it again, after so many s
  void let_go(natsMsg* message);             // somebody will have it again, after ack_wait

  [[nodiscard]] std::size_t size() const;

  // Until fewer than n are held.
  void wait_below(std::size_t n);

 private:
  void show_signs_of_life(const std::stop_token& stop);
  Message take(natsMsg* message);

  const std::chrono::milliseconds pause_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unordered_map<natsMsg*, Message> held_;
  std::jthread alive_;
};

}  // namespace genre::queue
