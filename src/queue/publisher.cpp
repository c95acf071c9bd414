#include "queue/publisher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/memory.h"
#include "base/parallel.h"

namespace genre::queue {
namespace {

constexpr std::size_t kMaxMessages = 2000, kMaxBytes = std::size_t{32} << 20;  // in flight
constexpr std::int64_t kConfirmationTimeout = 3000;                            // ms, of nats.c
// After twice the timeout, the confirmation is lost: nats.c drops it if it has no memory.
constexpr std::chrono::milliseconds kConfirmationLost{2 * kConfirmationTimeout};

}  // namespace

Result<std::unique_ptr<Publisher>> Publisher::make(const Nats& nats,
                                                   std::chrono::seconds patience) {
  std::unique_ptr<Publisher> publisher(new Publisher(patience));
  jsOptions options;
  jsOptions_Init(&options);
  options.PublishAsync.AckHandlerClosure = publisher.get();
  options.PublishAsync.AckHandler = [](jsCtx*, natsMsg* message, jsPubAck* stored,
                                       jsPubAckErr* error, void* closure) noexcept {
    const Message freed(message);
    const char* id = nullptr;
    // Reading the id needs memory. If that fails, the message is sent again later: see resend_at.
    if (natsMsgHeader_Get(message, "Nats-Msg-Id", &id) != NATS_OK) return;
    static_cast<Publisher*>(closure)->confirmed(id, stored, error);
  };
  auto js = nats.jetstream(options);
  if (!js) return tl::make_unexpected(js.error());
  publisher->js_ = std::move(*js);
  publisher->resender_ = std::jthread(
      [p = publisher.get()](const std::stop_token& stop) { p->resend_due_messages(stop); });
  return publisher;
}

// The order matters: wait() needs the resender, and nats.c calls back until js_ is destroyed.
Publisher::~Publisher() {
  wait();
  resender_ = {};
  js_.reset();
}

void Publisher::publish(Outgoing message, Done done) {
  const auto shared = std::make_shared<const Outgoing>(std::move(message));
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return in_flight_.empty() || (in_flight_.size() < kMaxMessages && bytes_ < kMaxBytes);
    });
    if (const auto same = in_flight_.find(shared->id); same != in_flight_.end()) {
      same->second.waiters.push_back({std::move(done), true});
      return;
    }
    std::vector<Waiter> waiters;
    waiters.push_back({std::move(done), false});
    const auto now = Clock::now();
    in_flight_.emplace(shared->id, Entry{.message = shared,
                                         .waiters = std::move(waiters),
                                         .give_up_at = now + patience_,
                                         .resend_at = now + kConfirmationLost});
    bytes_ += shared->payload.size();
  }
  // Without the lock: nats.c may call back, on this thread or another one, before it returns.
  send(*shared);
}

void Publisher::send(const Outgoing& message) noexcept {
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
  options.MaxWait = kConfirmationTimeout;
  // Sets made to null if it succeeds: then nats.c owns the message.
  if (status == NATS_OK) status = js_PublishMsgAsync(js_.get(), &made, &options);
  const Message freed(made);
  if (status == NATS_OK) return;
  if (status != NATS_MAX_PAYLOAD) return failed(message.id, natsStatus_GetText(status));
  finish(message.id, base::attempt([&]() -> Result<Stored> {
           return unavailable(fmt::format("a message of {} bytes is too large for the server",
                                          message.payload.size()),
                              status);
         }));
}

void Publisher::confirmed(const char* id, const jsPubAck* stored,
                          const jsPubAckErr* error) noexcept {
  if (stored) return finish(id, stored->Duplicate ? Stored::kDuplicate : Stored::kNew);
  failed(id, error->ErrText ? error->ErrText : natsStatus_GetText(error->Err));
}

void Publisher::failed(std::string_view id, const char* error) noexcept {
  const base::WaitForMemory waits;
  const std::scoped_lock lock(mutex_);
  const auto entry = in_flight_.find(id);
  if (entry == in_flight_.end()) return;
  entry->second.resend_at = Clock::now() + kRetryPause;
  try {
    entry->second.error = error;
  } catch (const std::bad_alloc&) {
    entry->second.error.clear();
  }
}

// Sending a message twice does no harm: the stream detects duplicates by id.
void Publisher::resend_due_messages(const std::stop_token& stop) noexcept {
  base::name_this_thread("genre-resend");
  const base::WaitForMemory waits;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, stop, kRetryPause, [&] { return stop.stop_requested(); })) {
    const auto now = Clock::now();
    const auto is_due = [&](const auto& entry) { return entry.second.resend_at <= now; };
    // Searches again after each message, because the entries change while the lock is released.
    for (auto due = std::ranges::find_if(in_flight_, is_due); due != in_flight_.end();
         due = std::ranges::find_if(in_flight_, is_due)) {
      Entry& entry = due->second;
      entry.resend_at = now + kConfirmationLost;
      const auto message = entry.message;
      if (now < entry.give_up_at) {
        lock.unlock();
        send(*message);
      } else {
        const auto error = base::attempt([&]() -> Result<Stored> {
          return fail(ErrorCode::kUnavailable,
                      fmt::format("NATS did not store the message: {}", entry.error));
        });
        lock.unlock();
        finish(message->id, error);
      }
      lock.lock();
    }
  }
}

void Publisher::finish(std::string_view id, const Result<Stored>& result) noexcept {
  static const Result<Stored> kDuplicate = Stored::kDuplicate;
  std::unique_lock lock(mutex_);
  const auto entry = in_flight_.find(id);
  // No entry: an earlier confirmation of the same message came first. No waiters: another thread is
  // calling them below.
  if (entry == in_flight_.end() || entry->second.waiters.empty()) return;
  Entry& found =
      entry->second;  // this reference stays valid when other entries are added or erased
  // Calls the waiters without the lock, because they may publish. Meanwhile, publish() may add more
  // waiters for this id.
  while (!found.waiters.empty()) {
    const auto waiters = std::exchange(found.waiters, {});
    lock.unlock();
    for (const Waiter& waiter : waiters) {
      waiter.done(waiter.duplicate && result ? kDuplicate : result);
    }
    lock.lock();
  }
  bytes_ -= found.message->payload.size();
  in_flight_.erase(in_flight_.find(std::string_view(found.message->id)));
  changed_.notify_all();
}

void Publisher::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return in_flight_.empty(); });
}

}  // namespace genre::queue
