#include "queue/publisher.h"

#include <fmt/format.h>

#include <optional>

namespace genre::queue {
namespace {

constexpr std::size_t kMaxMessages = 2000, kMaxBytes = std::size_t{32} << 20;  // on the way
constexpr std::int64_t kConfirmation = 3000;                                   // ms to wait for it
constexpr std::chrono::milliseconds kPause{250};

}  // namespace

Result<std::unique_ptr<Publisher>> Publisher::make(const Nats& nats,
                                                   std::chrono::seconds patience) {
  std::unique_ptr<Publisher> publisher(new Publisher(patience));
  jsOptions options;
  jsOptions_Init(&options);
  options.PublishAsync.AckHandlerClosure = publisher.get();
  options.PublishAsync.AckHandler = [](jsCtx*, natsMsg* message, jsPubAck* stored,
                                       jsPubAckErr* error, void* closure) {
    const Message freed(message);
    const char* id = nullptr;
    if (natsMsgHeader_Get(message, "Nats-Msg-Id", &id) != NATS_OK) return;
    static_cast<Publisher*>(closure)->confirmed(id, stored, error);
  };
  auto js = nats.jetstream(options);
  if (!js) return tl::make_unexpected(js.error());
  publisher->js_ = std::move(*js);
  publisher->again_ =
      std::jthread([p = publisher.get()](const std::stop_token& stop) { p->send_again(stop); });
  return publisher;
}

Publisher::~Publisher() {
  wait();
  again_ = {};
  js_.reset();
}

void Publisher::publish(Outgoing message, Done done) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return on_the_way_.empty() || (on_the_way_.size() < kMaxMessages && bytes_ < kMaxBytes);
  });
  if (const auto same = on_the_way_.find(message.id); same != on_the_way_.end()) {
    same->second.done.push_back([done = std::move(done)](const Result<Stored>& stored) {
      done(stored.map([](Stored) { return Stored::kDuplicate; }));
    });
    return;
  }
  bytes_ += message.payload.size();
  on_the_way_.emplace(message.id, Entry{message, {std::move(done)}, Clock::now() + patience_});
  lock.unlock();
  send(message);
}

void Publisher::send(const Outgoing& message) {
  natsMsg* made = nullptr;
  natsStatus status =
      natsMsg_Create(&made, message.subject.c_str(), nullptr, message.payload.data(),
                     static_cast<int>(message.payload.size()));
  if (status == NATS_OK && !message.header.first.empty()) {
    status = natsMsgHeader_Set(made, message.header.first.c_str(), message.header.second.c_str());
  }
  jsPubOptions options;
  jsPubOptions_Init(&options);
  options.MsgId = message.id.c_str();
  options.MaxWait = kConfirmation;
  // Takes the message, if it can.
  if (status == NATS_OK) status = js_PublishMsgAsync(js_.get(), &made, &options);
  const Message freed(made);
  if (status == NATS_OK) return;
  if (status == NATS_MAX_PAYLOAD) {
    return finish(message.id,
                  unavailable(fmt::format("a message of {} bytes is more than the server takes",
                                          message.payload.size()),
                              status));
  }
  failed(message.id, natsStatus_GetText(status));
}

void Publisher::confirmed(const std::string& id, const jsPubAck* stored, const jsPubAckErr* error) {
  if (stored) return finish(id, stored->Duplicate ? Stored::kDuplicate : Stored::kNew);
  failed(id, error->ErrText ? error->ErrText : natsStatus_GetText(error->Err));
}

void Publisher::failed(const std::string& id, std::string trouble) {
  const std::scoped_lock lock(mutex_);
  const auto entry = on_the_way_.find(id);
  if (entry == on_the_way_.end()) return;
  entry->second.trouble = std::move(trouble);
  failed_.push_back(id);
}

void Publisher::send_again(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait_for(lock, stop, kPause, [] { return false; });
    std::vector<Entry> entries;
    for (const std::string& id : std::exchange(failed_, {})) {
      if (const auto entry = on_the_way_.find(id); entry != on_the_way_.end()) {
        entries.push_back(entry->second);
      }
    }
    lock.unlock();
    for (const Entry& entry : entries) {
      if (Clock::now() < entry.until) {
        send(entry.message);
      } else {
        finish(entry.message.id, fail(ErrorCode::kUnavailable,
                                      fmt::format("NATS does not store it: {}", entry.trouble)));
      }
    }
    lock.lock();
  }
}

void Publisher::finish(const std::string& id, const Result<Stored>& result) {
  std::unique_lock lock(mutex_);
  const auto entry = on_the_way_.find(id);
  // Else a confirmation of an earlier sending came first.
  if (entry == on_the_way_.end() || entry->second.done.empty()) return;
  Entry& found = entry->second;  // stays where it is while others come and go
  while (!found.done.empty()) {
    const auto told = std::exchange(found.done, {});
    lock.unlock();
    for (const Done& done : told) done(result);
    lock.lock();
  }
  bytes_ -= found.message.payload.size();
  on_the_way_.erase(id);
  changed_.notify_all();
}

void Publisher::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return on_the_way_.empty(); });
}

}  // namespace genre::queue
