#include "queue/streams.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <thread>

namespace genre::queue {
namespace {

using StreamInfo = Handle<jsStreamInfo, jsStreamInfo_Destroy>;
using ConsumerInfo = Handle<jsConsumerInfo, jsConsumerInfo_Destroy>;

constexpr std::int64_t kMaxAckPending = 100'000;  // for all workers together

tl::unexpected<Error> refused(const std::string& what, natsStatus status, jsErrCode code) {
  if (status == NATS_NO_RESPONDERS || code == JSNotEnabledErr) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("{}: the server has no JetStream; start it with nats-server "
                            "--jetstream --store_dir DIR",
                            what));
  }
  return unavailable(what, status);
}

// Repeats a request while the cluster has no leader: then it does not respond, or responds with one
// of the errors below.
Result<void> repeat(const std::string& what, const std::function<natsStatus(jsErrCode&)>& request) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    jsErrCode code{};
    const natsStatus status = request(code);
    if (status == NATS_OK) return {};
    const bool temporary = status == NATS_TIMEOUT || status == NATS_NO_RESPONDERS ||
                           status == NATS_CONNECTION_DISCONNECTED || code == JSClusterNotAvailErr ||
                           code == JSClusterNotLeaderErr || code == JSClusterIncompleteErr ||
                           code == JSInsufficientResourcesErr;
    if (!temporary || std::chrono::steady_clock::now() > end) return refused(what, status, code);
    std::this_thread::sleep_for(kRetryPause);
  }
}

Result<void> make_stream(jsCtx* js, const std::string& name, const std::string& subject,
                         jsRetentionPolicy retention, int replicas) {
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  const char* subjects = subject.c_str();
  config.Name = name.c_str();
  config.Subjects = &subjects;
  config.SubjectsLen = 1;
  config.Retention = retention;
  config.Storage = js_FileStorage;
  config.Replicas = replicas;
  config.Duplicates = kDuplicateWindow;
  if (retention == js_LimitsPolicy) config.MaxMsgsPerSubject = 1;
  return repeat(fmt::format("cannot create the stream {}", name), [&](jsErrCode& code) {
    jsStreamInfo* info = nullptr;
    natsStatus status = js_GetStreamInfo(&info, js, name.c_str(), nullptr, &code);
    if (code == JSStreamNotFoundErr) status = js_AddStream(&info, js, &config, nullptr, &code);
    const StreamInfo freed(info);
    return status;
  });
}

}  // namespace

Result<void> make_streams(jsCtx* js, const StreamNames& names, int replicas) {
  return make_stream(js, names.jobs, names.job_subject, js_WorkQueuePolicy, replicas)
      .and_then([&] {
        return make_stream(js, names.results, names.result_subject("*"), js_LimitsPolicy, replicas);
      })
      .and_then([&] {
        return make_stream(js, names.dead, names.dead_subject("*"), js_LimitsPolicy, replicas);
      });
}

Result<void> make_consumer(jsCtx* js, const StreamNames& names, double ack_wait) {
  jsConsumerConfig config;
  jsConsumerConfig_Init(&config);
  config.Durable = kConsumer;
  config.AckPolicy = js_AckExplicit;
  config.AckWait = static_cast<std::int64_t>(ack_wait * 1e9);
  config.MaxAckPending = kMaxAckPending;
  return repeat(fmt::format("cannot create the consumer {} of {}", kConsumer, names.jobs),
                [&](jsErrCode& code) {
                  jsConsumerInfo* info = nullptr;
                  const natsStatus status =
                      js_AddConsumer(&info, js, names.jobs.c_str(), &config, nullptr, &code);
                  const ConsumerInfo freed(info);
                  return status;
                });
}

Result<Depth> read_depth(jsCtx* js, const StreamNames& names) {
  Depth depth;
  std::uint64_t n_jobs_ever = 0, n_results_ever = 0, n_dead_ever = 0;
  const auto count = [&](const std::string& stream, std::uint64_t& n, std::uint64_t& n_ever) {
    jsStreamInfo* info = nullptr;
    jsErrCode code{};
    const natsStatus status = js_GetStreamInfo(&info, js, stream.c_str(), nullptr, &code);
    const StreamInfo freed(info);
    if (info) {
      n = info->State.Msgs;
      n_ever = info->State.LastSeq;
    }
    return status;
  };
  natsStatus status = count(names.jobs, depth.jobs, n_jobs_ever);
  if (status == NATS_OK) status = count(names.results, depth.results, n_results_ever);
  if (status == NATS_OK) status = count(names.dead, depth.dead, n_dead_ever);
  depth.n_finished = n_results_ever + n_dead_ever;
  if (status == NATS_NOT_FOUND) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("there is no queue {}; genre enqueue and genre worker create it", names.jobs));
  }
  if (status != NATS_OK) {
    return unavailable(fmt::format("cannot read the queue {}", names.jobs), status);
  }
  jsConsumerInfo* info = nullptr;
  jsErrCode code{};
  js_GetConsumerInfo(&info, js, names.jobs.c_str(), kConsumer, nullptr, &code);
  const ConsumerInfo freed(info);  // null before the first worker
  if (info) depth.in_progress = static_cast<std::uint64_t>(info->NumAckPending);
  return depth;
}

}  // namespace genre::queue
