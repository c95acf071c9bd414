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
#include "base/memory.h"
#include "base/parallel.h"
#include "predict/json.h"
#include "queue/deliveries.h"
#include "queue/fetch_url.h"
#include "queue/job.h"
#include "queue/publisher.h"

namespace genre::queue {
namespace {

constexpr std::size_t kSlotsPerThread = 8;    // most jobs wait for a thread or a confirmation
constexpr std::int64_t kFetchTimeout = 1000;  // ms
// A worker that ends without a result may have been stopped or killed for other reasons. After this
// many deliveries beyond --max-deliver, the file counts as the reason.
constexpr unsigned kMoreDeliveries = 5;
constexpr double kLongestDelay = 60;  // s

struct Delivery {
  Deliveries::Slot slot;
  natsMsg* message;        // owned by the slot
  std::uint64_t attempt;   // 1 for the first delivery of this job
  std::uint64_t sequence;  // sequence number of the job in its stream
  std::chrono::steady_clock::time_point received;
};

using Pool = base::ThreadPool<Delivery>;

// Reading a pipe or a device could block forever.
Result<AudioFile> open_regular_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::kUnreadableFile, "the file cannot be read: it is not a regular file");
  }
  return AudioFile::open(path);
}

// The id of a job's result or dead letter: the id of the job's message and its sequence number. It
// is the same for each delivery, so that the stream stores the result once. Without both parts, two
// jobs could have the same id, and the stream would ignore the second result as a duplicate.
Result<std::string> id_of(const Delivery& delivery) {
  const auto id = header_of(delivery.message, "Nats-Msg-Id");
  if (!id) return tl::make_unexpected(id.error());
  return fmt::format("{}-{}", id->value_or(""), delivery.sequence);
}

// Delays only what may come back: a server or a disk with the file, or genre-decode.
double delay_of(const Error& error, std::uint64_t attempt) {
  if (error.code != ErrorCode::kUnreadableFile && error.code != ErrorCode::kUnavailable) return 0;
  return std::min(kLongestDelay, std::exp2(static_cast<double>(attempt) - 1));
}

}  // namespace

// Every delivery must end with ack, nak or release, on all paths of worker threads and callbacks.
// Otherwise this process would report progress on it until it ends, and no other worker would get
// the job. Therefore these last steps never throw.
struct Worker::Impl {
  const Nats& nats;
  const StreamNames names;
  const std::shared_ptr<const Model> model;
  const WorkerOptions options;
  Metrics& metrics;
  const Log log;

  const std::size_t capacity = kSlotsPerThread * options.threads;
  JetStream js = {};
  Deliveries deliveries{capacity, options.ack_wait};
  std::unique_ptr<Publisher> publisher = {};
  std::optional<Pool> pool = {};  // the last member: its threads use the others

  [[nodiscard]] Result<void> start() {
    // OpenSSL initialises itself at its first use. If that fails, it never tries again, and no
    // result could be stored. So use it now, where a failure ends the start.
    static_cast<void>(key_of(""));
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
      return unavailable(fmt::format("cannot subscribe to {}", names.jobs), status);
    }
    return Subscription(subscription);
  }

  // Ignores errors: a worker continues without its log, for example if standard error is closed.
  template <typename... Arguments>
  void report(fmt::format_string<Arguments...> format, Arguments&&... arguments) const noexcept
      try {
    log(fmt::format(format, std::forward<Arguments>(arguments)...));
  } catch (...) {
  }

  // Waits for a free slot, then fetches jobs and submits them to the pool.
  [[nodiscard]] Result<void> fetch(natsSubscription* subscription) {
    deliveries.wait_below(capacity);
    natsMsgList list{};
    const std::unique_ptr<natsMsgList, FreeList> freed(&list);
    const natsStatus status =
        natsSubscription_Fetch(&list, subscription, static_cast<int>(capacity - deliveries.size()),
                               kFetchTimeout, nullptr);
    for (natsMsg*& fetched : std::span(list.Msgs, static_cast<std::size_t>(list.Count))) {
      natsMsg* const message = std::exchange(fetched, nullptr);
      const auto slot = deliveries.acquire(Message(message));
      jsMsgMetaData* data = nullptr;
      natsMsg_GetMetaData(&data, message);
      const Handle<jsMsgMetaData, jsMsgMetaData_Destroy> freed_data(data);
      if (data == nullptr) {  // out of memory
        deliveries.nak(slot, 0);
        continue;
      }
      const Delivery delivery{.slot = slot,
                              .message = message,
                              .attempt = data->NumDelivered,
                              .sequence = data->Sequence.Stream,
                              .received = std::chrono::steady_clock::now()};
      const auto queued =
          base::attempt([&]() -> Result<bool> { return pool->try_submit(Delivery(delivery)); });
      if (!queued || !*queued) deliveries.nak(delivery.slot, 0);
    }
    if (status == NATS_OK || status == NATS_TIMEOUT) return {};
    return unavailable(fmt::format("cannot fetch jobs from {}", names.jobs), status);
  }

  // After an error of the server or a lack of memory, tries again; a closed connection is final.
  [[nodiscard]] Result<void> fetch_until(const std::stop_token& stop, Subscription subscription) {
    while (!stop.stop_requested()) {
      const auto done = base::attempt([&]() -> Result<void> {
        if (!subscription) {
          auto again = subscribe();
          if (!again) return tl::make_unexpected(again.error());
          subscription = std::move(*again);
          report("receiving jobs from {} again", names.jobs);
        }
        return fetch(subscription.get());
      });
      if (done) continue;
      if (nats.closed()) return done;
      report("{}", done.error().message);
      subscription.reset();
      std::this_thread::sleep_for(kRetryPause);
    }
    return {};
  }

  // Each thread has its own predictor.
  [[nodiscard]] Pool::Worker make_worker() {
    return [this,
            predictor = std::make_shared<Predictor>(model, options.limits)](Delivery&& delivery) {
      const StageTimes before = predictor->times();
      const auto waited = std::chrono::steady_clock::now() - delivery.received;
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

  void do_job(Predictor& predictor, const Delivery& delivery) noexcept {
    const auto done = base::attempt([&]() -> Result<void> {
      const auto read = to_job(delivery.message);
      if (!read) return tl::make_unexpected(read.error());
      const Job& job = *read;
      if (delivery.attempt > options.max_deliver + kMoreDeliveries) {
        dead_letter(
            delivery, job,
            {ErrorCode::kCancelled,
             fmt::format("{} delivery attempts ended without a result: the file may crash workers",
                         delivery.attempt - 1)});
        return {};
      }
      const auto prediction =
          base::attempt([&]() -> Result<Prediction> { return predict(predictor, job); });
      const base::WaitForMemory waits;  // JSON values allocate even in their destructors
      if (prediction) {
        publish_result(delivery, job, *prediction);
      } else {
        failed(delivery, job, prediction.error());
      }
      return {};
    });
    // Only if memory ran out before anything was published.
    if (!done) retry(delivery, done.error());
  }

  void publish_result(const Delivery& delivery, const Job& job, const Prediction& prediction) {
    nlohmann::ordered_json json = {{"file", job.file}};
    json.update(predict::to_json(prediction, model->info(), {.segments = options.segments}));
    std::string text = base::json_text(json);
    if (text.size() > nats.max_payload()) {
      return failed(delivery, job,
                    {ErrorCode::kTooLong,
                     fmt::format("the result has {} bytes and the server accepts {}: omit "
                                 "--segments, or increase max_payload of the server",
                                 text.size(), nats.max_payload())});
    }
    publish(delivery, names.result_subject(key_of(job.file)), std::move(text),
            [this, delivery](const Result<Stored>& stored) {
              if (!stored) return retry(delivery, stored.error());
              metrics.count(JobOutcome::kPredicted);
              deliveries.ack(delivery.slot);
            });
  }

  void failed(const Delivery& delivery, const Job& job, const Error& error) {
    // If this machine lacks something that the file needs, another worker may have it. But no
    // worker may have it, so the attempts must end.
    const unsigned more = error.code == ErrorCode::kUnavailable ? kMoreDeliveries : 0;
    if (delivery.attempt >= options.max_deliver + more) return dead_letter(delivery, job, error);
    retry(delivery, error);
  }

  void retry(const Delivery& delivery, const Error& error) noexcept {
    metrics.count(JobOutcome::kFailed);
    deliveries.nak(delivery.slot, delay_of(error, delivery.attempt));
  }

  // Stores the error in the stream of dead letters and ends the job.
  void dead_letter(const Delivery& delivery, const Job& job, const Error& error) {
    const base::WaitForMemory waits;
    const nlohmann::ordered_json json = {
        {"file", job.file},
        {"error", {{"code", to_string(error.code)}, {"message", error.message}}},
        {"deliveries", delivery.attempt}};
    report("{}: {}; dead letter after {} delivery attempts", job.file, error.message,
           delivery.attempt);
    publish(delivery, names.dead_subject(key_of(job.file)), base::json_text(json),
            [this, delivery](const Result<Stored>& stored) {
              if (!stored) return deliveries.release(delivery.slot);
              metrics.count(JobOutcome::kDeadLetter);
              deliveries.ack(delivery.slot);
            });
  }

  void publish(const Delivery& delivery, std::string subject, std::string text,
               Publisher::Done done) {
    auto id = id_of(delivery);
    if (!id) return retry(delivery, id.error());
    publisher->publish({.subject = std::move(subject), .id = *id, .payload = std::move(text)},
                       std::move(done));
  }
};

Worker::Worker(const Nats& nats, StreamNames names, std::shared_ptr<const Model> model,
               const WorkerOptions& options, Metrics& metrics, Log log)
    : impl_(new Impl{nats, std::move(names), std::move(model), options, metrics, std::move(log)}) {}
Worker::~Worker() = default;

// Threads: this one fetches, those of the pool predict, those of nats.c call back when a result is
// stored, one reports progress (Deliveries), and one resends messages without a confirmation
// (Publisher).
Result<void> Worker::run(const std::stop_token& stop) {
  Impl& impl = *impl_;
  if (auto started = impl.start(); !started) return started;
  auto subscription = impl.subscribe();
  if (!subscription) return tl::make_unexpected(subscription.error());
  std::vector<Pool::Worker> workers;
  for (unsigned i = 0; i < impl.options.threads; ++i) workers.push_back(impl.make_worker());
  impl.pool.emplace(std::move(workers), impl.capacity);
  impl.report("receiving jobs from {}", impl.names.jobs);
  const auto fetched = impl.fetch_until(stop, std::move(*subscription));
  for (const Delivery& delivery : impl.pool->close()) impl.deliveries.nak(delivery.slot, 0);
  impl.publisher->wait();
  impl.nats.flush();
  return fetched;
}

}  // namespace genre::queue
