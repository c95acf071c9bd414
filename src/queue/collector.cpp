#include "queue/collector.h"

#include <fmt/format.h>

#include <chrono>
#include <span>
#include <thread>

namespace genre::queue {
namespace {

constexpr int kBatch = 500;
constexpr std::int64_t kFetchTimeout = 2000;  // ms
constexpr int kAttempts = 15;
constexpr std::chrono::seconds kPause{1};

// The number of messages in the stream from that sequence number on.
Result<std::uint64_t> count(jsCtx* js, const std::string& stream, std::uint64_t from) {
  jsStreamInfo* info = nullptr;
  jsErrCode code{};
  const natsStatus status = js_GetStreamInfo(&info, js, stream.c_str(), nullptr, &code);
  const Handle<jsStreamInfo, jsStreamInfo_Destroy> freed(info);
  if (status != NATS_OK) return unavailable("cannot look at the stream " + stream, status);
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

struct Place {
  std::uint64_t next = 0;  // sequence number
  bool at_end = false;
  bool enough = false;
};

void take_batch(natsSubscription* subscription, Place& place,
                const std::function<bool(std::string_view)>& take) {
  natsMsgList list{};
  natsSubscription_Fetch(&list, subscription, kBatch, kFetchTimeout, nullptr);
  for (natsMsg* message : std::span(list.Msgs, static_cast<std::size_t>(list.Count))) {
    jsMsgMetaData* data = nullptr;
    if (natsMsg_GetMetaData(&data, message) != NATS_OK) break;
    const Handle<jsMsgMetaData, jsMsgMetaData_Destroy> freed(data);
    if (data->Sequence.Stream < place.next) continue;
    const std::string_view text(natsMsg_GetData(message),
                                static_cast<std::size_t>(natsMsg_GetDataLength(message)));
    if (!take(text)) {
      place.enough = true;
      break;
    }
    place.next = data->Sequence.Stream + 1;
    place.at_end = data->NumPending == 0;
  }
  natsMsgList_Destroy(&list);
}

}  // namespace

Result<std::uint64_t> read_stream(jsCtx* js, const std::string& stream, std::uint64_t from,
                                  const std::function<bool(std::string_view)>& take,
                                  const std::stop_token& stop) {
  Place place{.next = from};
  for (int attempt = 1;;) {
    auto left = count(js, stream, place.next);
    if (left && *left == 0) return place.next;
    const std::uint64_t before = place.next;
    if (left) {
      const auto subscription = subscribe(js, stream, place.next);
      while (subscription && !place.at_end && !place.enough && !stop.stop_requested()) {
        const std::uint64_t begin = place.next;
        take_batch(subscription.get(), place, take);
        if (place.next == begin) break;  // a server was lost, or nothing is left
      }
    }
    if (place.at_end || place.enough || stop.stop_requested()) return place.next;
    attempt = place.next > before ? 1 : attempt + 1;
    if (attempt > kAttempts) {
      if (!left) return left;
      return fail(ErrorCode::kUnavailable, fmt::format("no messages come from {}", stream));
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace genre::queue
