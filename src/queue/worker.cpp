#include "queue/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "base/json_text.h"
#include "base/parallel.h"
#include "predict/json.h"
#include "queue/deliveries.h"
#include "queue/fetch_url.h"
#include "queue/job.h"
#include "queue/publisher.h"

namespace genre::queue {
namespace {

constexpr std::size_t kHeldPerThread = 8;     // jobs, most of them on the way in or out
constexpr std::int64_t kFetchTimeout = 1000;  // ms
constexpr std::chrono::milliseconds kPause{250};
constexpr std::chrono::seconds kPatience{30};
constexpr unsigned kDeaths = 5;       // of workers over a job, before it is held against the file
constexpr double kLongestDelay = 60;  // s

struct Delivery {
  natsMsg* message;                             // of Deliveries
  std::uint64_t count;                          // the how-manieth of this job
  std::chrono::steady_clock::time_point since;  // when it came
};

using Pool = base::ThreadPool<Delivery>;

// A pipe or a device would keep its reader for ever.
Result<AudioFile> open_regular_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::kUnreadableFile, "the file cannot be read: it is no regular file");
  }
  return AudioFile::open(path);
}

// The id of the job's message, and its place in the stream: what is published of a job has it, so
// that it is stored once however often the job is delivered.
std::string id_of(natsMsg* job) {
  const char* id = nullptr;
  natsMsgHeader_Get(job, "Nats-Msg-Id", &id);
  return fmt::format("{}-{}", id ? id : "", natsMsg_GetSequence(job));
}

// What has to do with the place where the file lies may have mended itself a little later.
double delay_of(const Error& error, std::uint64_t count) {
  if (error.code != ErrorCode::kUnreadableFile) return 0;
  return std::min(kLongestDelay, std::exp2(static_cast<double>(count) - 1));
}

}  // namespace

struct Worker::Impl {
  const Nats& nats;
  const StreamNames names;
  const std::shared_ptr<const Model> model;
  const WorkerOptions options;
  Metrics& metrics;
  const Log log;

  JetStream js = {};
  Deliveries deliveries{options.ack_wait};
  std::unique_ptr<Publisher> publisher = {};
  std::optional<Pool> pool = {};

  [[nodiscard]] Result<void> start() {
    auto made = nats.jetstream();
    if (!made) return tl::make_unexpected(made.error());
    js = std::move(*made);
    auto results = Publisher::make(nats, kPatience);
    if (!results) return tl::make_unexpected(results.error());
    publisher = std::move(*results);
    return {};
  }

  [[nodiscard]] Result<Subscription> subscribe() const {
    if (auto made = make_streams(js.get(), names, options.replicas); !made) {
      return tl::make_unexpected(made.error());
    }
    if (auto made = make_consumer(js.get(), names, options.ack_wait); !made) {
      return tl::make_unexpected(made.error());
    }
    jsSubOptions to;
    jsSubOptions_Init(&to);
    to.Stream = names.jobs.c_str();
    to.Consumer = kConsumer;
    natsSubscription* subscription = nullptr;
    const natsStatus status = js_PullSubscribe(&subscription, js.get(), names.job_subject.c_str(),
                                               kConsumer, nullptr, &to, nullptr);
    if (status != NATS_OK) {
      return unavailable(fmt::format("no jobs can be taken from {}", names.jobs), status);
    }
    return Subscription(subscription);
  }

  natsStatus fetch(natsSubscription* subscription, std::size_t n) {
    natsMsgList list{};
    const natsStatus status =
        natsSubscription_Fetch(&list, subscription, static_cast<int>(n), kFetchTimeout, nullptr);
    for (natsMsg*& message : std::span(list.Msgs, static_cast<std::size_t>(list.Count))) {
      natsMsg* const held = message;
      const auto count = deliveries.hold(Message(std::exchange(message, nullptr)));
      // There is room: no more messages are held than the pool takes.
      static_cast<void>(pool->try_submit({held, count, std::chrono::steady_clock::now()}));
    }
    natsMsgList_Destroy(&list);
    return status;
  }

  void take_jobs(Subscription subscription, const std::stop_token& stop) {
    const std::size_t most = kHeldPerThread * options.threads;
    while (!stop.stop_requested()) {
      if (!subscription) {
        if (auto anew = subscribe()) {
          subscription = std::move(*anew);
          log(fmt::format("takes jobs from {} again", names.jobs));
        } else {
          log(anew.error().message);
          std::this_thread::sleep_for(kPause);
          continue;
        }
      }
      deliveries.wait_below(most);
      const natsStatus status = fetch(subscription.get(), most - deliveries.size());
      if (status == NATS_OK || status == NATS_TIMEOUT) continue;
      log(fmt::format("no jobs from {}: {}", names.jobs, natsStatus_GetText(status)));
      subscription.reset();
      std::this_thread::sleep_for(kPause);
    }
  }

  // What a thread does with its deliveries.
  [[nodiscard]] Pool::Worker make_worker() {
    return [this,
            predictor = std::make_shared<Predictor>(model, options.limits)](Delivery&& delivery) {
      const StageTimes before = predictor->times();
      const auto waited = std::chrono::steady_clock::now() - delivery.since;
      do_job(*predictor, delivery);
      metrics.worked(waited, predictor->times() - before);
    };
  }

  [[nodiscard]] Result<Prediction> predict(Predictor& predictor, const Job& job) const {
    if (job.bytes) return predictor.predict(std::as_bytes(std::span(*job.bytes)), options.windows);
    if (is_url(job.file)) {
      return fetch_url(job.file, options.max_download).and_then([&](const auto& bytes) {
        return predictor.predict(bytes, options.windows);
      });
    }
    return open_regular_file(job.file).and_then(
        [&](const AudioFile& file) { return predictor.predict(file, options.windows); });
  }

  void do_job(Predictor& predictor, const Delivery& delivery) {
    const Job job = to_job(delivery.message);
    if (delivery.count > options.max_deliver + kDeaths) {
      return bury(delivery, job,
                  {ErrorCode::kCancelled,
                   fmt::format("no worker answered for it in {} attempts: it may be what ends them",
                               delivery.count - 1)});
    }
    const auto prediction =
        base::attempt([&]() -> Result<Prediction> { return predict(predictor, job); });
    if (!prediction) return failed(delivery, job, prediction.error());
    nlohmann::ordered_json json = {{"file", job.file}};
    json.update(predict::to_json(*prediction, model->info(), {.segments = options.segments}));
    if (const auto size = base::json_text(json).size(); size > nats.max_payload()) {
      return failed(delivery, job,
                    {ErrorCode::kTooLong,
                     fmt::format("its result has {} bytes and the server takes {}: leave out the "
                                 "segments, or let it take more (max_payload)",
                                 size, nats.max_payload())});
    }
    publish(delivery, names.result_subject(key_of(job.file)), json,
            [this, delivery, job](const Result<Stored>& stored) {
              if (stored) {
                metrics.done(Outcome::kPredicted);
                return deliveries.ack(delivery.message);
              }
              failed(delivery, job, stored.error());
            });
  }

  void failed(const Delivery& delivery, const Job& job, const Error& error) {
    if (delivery.count >= options.max_deliver && error.code != ErrorCode::kUnavailable) {
      return bury(delivery, job, error);
    }
    metrics.done(Outcome::kFailed);
    deliveries.nak(delivery.message, delay_of(error, delivery.count));
  }

  // To where nobody takes it from again.
  void bury(const Delivery& delivery, const Job& job, const Error& error) {
    const nlohmann::ordered_json json = {
        {"file", job.file},
        {"error", {{"code", to_string(error.code)}, {"message", error.message}}},
        {"deliveries", delivery.count}};
    log(fmt::format("{}: {}; given up after {} attempts", job.file, error.message, delivery.count));
    publish(delivery, names.dead_subject(key_of(job.file)), json,
            [this, delivery](const Result<Stored>& stored) {
              if (!stored) return deliveries.let_go(delivery.message);
              metrics.done(Outcome::kDead);
              deliveries.ack(delivery.message);
            });
  }

  void publish(const Delivery& delivery, std::string subject, const nlohmann::ordered_json& json,
               Publisher::Done done) {
    publisher->publish({.subject = std::move(subject),
                        .id = id_of(delivery.message),
                        .payload = base::json_text(json)},
                       std::move(done));
  }
};

Worker::Worker(const Nats& nats, StreamNames names, std::shared_ptr<const Model> model,
               const WorkerOptions& options, Metrics& metrics, Log log)
    : impl_(new Impl{nats, std::move(names), std::move(model), options, metrics, std::move(log)}) {}
Worker::~Worker() = default;

Result<void> Worker::run(const std::stop_token& stop) {
  Impl& impl = *impl_;
  if (auto started = impl.start(); !started) return started;
  auto subscription = impl.subscribe();
  if (!subscription) return tl::make_unexpected(subscription.error());
  impl.log(fmt::format("takes jobs from {}", impl.names.jobs));
  {
    std::vector<Pool::Worker> workers;
    for (unsigned i = 0; i < impl.options.threads; ++i) workers.push_back(impl.make_worker());
    impl.pool.emplace(std::move(workers), kHeldPerThread * impl.options.threads);
    impl.take_jobs(std::move(*subscription), stop);
    for (const Delivery& delivery : impl.pool->close()) {
      impl.deliveries.nak(delivery.message, 0);
    }
  }
  impl.publisher->wait();
  impl.nats.flush();
  return {};
}

}  // namespace genre::queue
