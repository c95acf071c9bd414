// Publishes to a stream without waiting for each message's confirmation.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "queue/nats.h"

namespace genre::queue {

struct Outgoing {
  std::string subject;
  std::string id;  // the stream stores only one message per id within kDuplicateWindow
  std::string payload;
  std::pair<std::string, std::string> header = {};  // name, value; no header if the name is empty
};

enum class Stored { kNew, kDuplicate };

// Thread-safe.
class Publisher {
 public:
  // Must not throw: a thread of nats.c may call it, and no exception may pass through C code.
  using Done = std::function<void(const Result<Stored>&)>;

  // nats must outlive it. patience: how long to send a message again while there is no confirmation
  // or the stream has no leader. Error: kUnavailable.
  [[nodiscard]] static Result<std::unique_ptr<Publisher>> make(const Nats& nats,
                                                               std::chrono::seconds patience);
  ~Publisher();  // calls wait()

  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Sends a message. Blocks only while too many messages are in flight. Calls done once, on this or
  // another thread: when the message is stored, or with kUnavailable. May throw std::bad_alloc;
  // then nothing was sent and done is not called.
  void publish(Outgoing message, Done done);

  // Waits until no message is in flight.
  void wait();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiter {
    Done done;
    bool duplicate;  // the message was in flight already when this one was published
  };
  struct Entry {
    std::shared_ptr<const Outgoing> message;
    std::vector<Waiter> waiters;
    Clock::time_point give_up_at, resend_at;
    std::string error = {};  // of the last attempt
  };
  // Finds an id without creating a std::string, which could need memory.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };

  explicit Publisher(std::chrono::seconds patience) : patience_(patience) {}
  void send(const Outgoing& message) noexcept;
  void confirmed(const char* id, const jsPubAck* stored, const jsPubAckErr* error) noexcept;
  void failed(std::string_view id, const char* error) noexcept;
  void resend_due_messages(const std::stop_token& stop) noexcept;
  void finish(std::string_view id, const Result<Stored>& result) noexcept;

  const std::chrono::seconds patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> in_flight_;  // by id
  std::size_t bytes_ = 0;  // sum of the payloads in flight
  JetStream js_;
  std::jthread resender_;
};

}  // namespace genre::queue
