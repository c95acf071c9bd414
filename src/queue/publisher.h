// Publishes to a stream without waiting for each message's confirmation.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "queue/nats.h"

namespace genre::queue {

struct Outgoing {
  std::string subject;
  std::string id;  // the stream stores one message of an id, in kDuplicateWindow
  std::string payload;
  std::pair<std::string, std::string> header = {};  // none without a name
};

enum class Stored { kNew, kDuplicate };

// Thread-safe.
class Publisher {
 public:
  using Done = std::function<void(const Result<Stored>&)>;

  // nats must outlive it. patience: how long a message is sent again and again, where no
  // confirmation comes or the stream has no leader. Error: kUnavailable.
  [[nodiscard]] static Result<std::unique_ptr<Publisher>> make(const Nats& nats,
                                                               std::chrono::seconds patience);
  ~Publisher();  // waits

  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // Sends it, and waits only for there to be room among those on the way. done is called once, on
  // another thread or on this one: when the message is stored, or with kUnavailable.
  void publish(Outgoing message, Done done);

  // Until nothing is on the way.
  void wait();

 private:
  using Clock = std::chrono::steady_clock;
  struct Entry {
    Outgoing message;
    std::vector<Done> done;  // more than one where it was published again meanwhile
    Clock::time_point until;
    std::string trouble = {};  // why it was not stored so far
  };

  explicit Publisher(std::chrono::seconds patience) : patience_(patience) {}
  void send(const Outgoing& message);
  void confirmed(const std::string& id, const jsPubAck* stored, const jsPubAckErr* error);
  void send_again(const std::stop_token& stop);
  void failed(const std::string& id, std::string trouble);
  void finish(const std::string& id, const Result<Stored>& result);

  const std::chrono::seconds patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::unordered_map<std::string, Entry> on_the_way_;  // by id
  std::size_t bytes_ = 0;                              // of their payloads
  std::vector<std::string> failed_;                    // ids to send again
  JetStream js_;
  std::jthread again_;
};

}  // namespace genre::queue
