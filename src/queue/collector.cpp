#include "queue/collector.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <span>
#include <thread>

namespace genre::queue {
namespace {

constexpr int kBatch = 500;
constexpr std::int64_t kCollectTimeout = 2000;  // ms
constexpr int kAttempts = 15;
constexpr std::chrono::seconds kNextCollection{1};

// 0 if the stream has no message from that sequence number on; else the number of its messages.
Result<std::uint64_t> count(jsCtx* js, const std::string& stream, std::uint64_t from) {
  jsStreamInfo* info = nullptr;
  jsErrCode code{};
  const natsStatus status = js_GetStreamInfo(&info, js, stream.c_str(), nullptr, &code);
  const Handle<jsStreamInfo, jsStreamInfo_Destroy> freed(info);
  if (status != NATS_OK)
    return unavailable("cannot read the state of the stream " + stream, status);
  return info->State.Msgs == 0 || info->State.LastSeq < from ? 0 : info->State.Msgs;
}

Subscription subscribe(jsCtx* js, const std::string& stream, std::uint64_t from) {
  jsSubOptions options;
  jsSubOptions_Init(&options);
  options.Stream = stream.c_str();
  options.Config.AckPolicy = js_AckNone;
  options.Config.DeliverPolicy = js_DeliverByStartSequence;
  options.Config.OptStartSeq = from;
  natsSubscription* subscription = nullptr;
  js_PullSubscribe(&subscription, js, ">", nullptr, nullptr, &options, nullptr);
  return Subscription(subscription);
}

struct Position {
  std::uint64_t next = 0;  // sequence number
  bool at_end = false;
  bool stopped = false;  // by on_message
};

void read_batch(natsSubscription* subscription, Position& position,
                const std::function<bool(std::string_view)>& on_message) {
  natsMsgList list{};
  const std::unique_ptr<natsMsgList, FreeList> freed_list(&list);
  natsSubscription_Fetch(&list, subscription, kBatch, kCollectTimeout, nullptr);
  for (natsMsg* message : std::span(list.Msgs, static_cast<std::size_t>(list.Count))) {
    jsMsgMetaData* data = nullptr;
    if (natsMsg_GetMetaData(&data, message) != NATS_OK) break;
    const Handle<jsMsgMetaData, jsMsgMetaData_Destroy> freed(data);
    if (data->Sequence.Stream < position.next) continue;
    const std::string_view text(natsMsg_GetData(message),
                                static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    if (!on_message(text)) {
      position.stopped = true;
      break;
    }
    position.next = data->Sequence.Stream + 1;
    position.at_end = data->NumPending == 0;
  }
}

}  // namespace

Result<std::uint64_t> read_stream(jsCtx* js, const std::string& stream, std::uint64_t from,
                                  const std::function<bool(std::string_view)>& on_message,
                                  const std::stop_token& stop) {
  Position position{.next = from};
  for (int attempt = 1;;) {
    auto left = count(js, stream, position.next);
    if (left && *left == 0) return position.next;
    const std::uint64_t before = position.next;
    if (left) {
      const auto subscription = subscribe(js, stream, position.next);
      while (subscription && !position.at_end && !position.stopped && !stop.stop_requested()) {
        const std::uint64_t begin = position.next;
        read_batch(subscription.get(), position, on_message);
        if (position.next == begin) break;  // the connection was lost, or no message is left
      }
    }
    if (position.at_end || position.stopped || stop.stop_requested()) return position.next;
    attempt = position.next > before ? 1 : attempt + 1;
    if (attempt > kAttempts) {
      if (!left) return left;
      return fail(ErrorCode::kUnavailable,
                  fmt::format("cannot read messages of the stream {}", stream));
    }
    std::this_thread::sleep_for(kNextCollection);
  }
}

}  // namespace genre::queue
