// genre worker: predicts the genres of queued files.
#include "queue/worker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "base/interrupt.h"
#include "base/line_writer.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/input.h"
#include "cli/queue_options.h"
#include "cli/version.h"
#include "queue/metrics.h"

namespace genre::cli {
namespace {

constexpr std::chrono::seconds kReconnectPause{1};

struct Options {
  QueueOptions queue;
  queue::WorkerOptions worker{.threads = std::max(1U, std::thread::hardware_concurrency())};
  std::string model;
  std::string metrics;
};

int run(Options& options) {
  // Declared first, so that it writes its lines after all else has ended.
  base::LineWriter log(STDERR_FILENO);
  const auto say = [&log](const std::string& message) {
    log.write(fmt::format("genre worker: {}\n", base::printable(message)));
  };
  const auto fail_with = [&say](const Error& error) {
    say(error.message);
    return 1;
  };
  base::end_at_signals();
  const auto model = load_model(options.model);
  if (!model) return fail_with(model.error());
  const base::Interrupt interrupt(
      "stopping after the files in progress; press Ctrl-C again to stop at once");
  options.queue.nats.name = "genre worker";
  options.worker.replicas = options.queue.replicas;
  // Closed connections are kept: the thread that serves the metrics may still be using one.
  std::list<queue::Nats> connections;
  std::atomic<const queue::Nats*> current = nullptr;
  queue::Metrics metrics((*model)->info(), revision(),
                         {.connected =
                              [&current] {
                                const queue::Nats* const nats = current;
                                return nats != nullptr && nats->connected();
                              },
                          .log_lines_dropped = [&log] { return log.n_dropped(); }});
  for (bool first = true;; first = false) {
    // Only the first connection must succeed: a wrong option ends the program at once, a server
    // that is lost later is waited for.
    auto nats = queue::Nats::connect(options.queue.nats);
    if (!nats) {
      fail_with(nats.error());
      if (first) return 1;
    } else {
      current = &connections.emplace_back(std::move(*nats));
      if (first && !options.metrics.empty()) {
        if (auto served = metrics.listen(options.metrics); !served)
          return fail_with(served.error());
      }
      queue::Worker worker(connections.back(), queue::StreamNames(options.queue.stream), *model,
                           options.worker, metrics, say);
      const auto done = worker.run(interrupt.token());
      if (done) return 0;
      fail_with(done.error());
      if (first && !connections.back().closed()) return 1;
    }
    if (interrupt.happened()) return 0;
    std::this_thread::sleep_for(kReconnectPause);
  }
}

}  // namespace

void add_worker(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  queue::WorkerOptions& worker = options->worker;
  CLI::App* command =
      app.add_subcommand("worker", "Predict the genres of queued files (NATS) until SIGTERM");
  command->add_option("--threads", worker.threads, "Number of threads that make predictions")
      ->check(CLI::Range(1, 1024))
      ->default_str("one per core");
  command->add_option("--model", options->model,
                      "ONNX model file, or a built-in model: default, best or seed");
  command
      ->add_option("--hop", worker.windows.hop,
                   "Seconds between the starts of consecutive windows (3 with the built-in models)")
      ->check(CLI::Range(0.1, 3600.0));
  add_excerpts_option(*command, worker.windows.excerpts);
  command->add_flag("--segments", worker.segments, "Add the genres of each window to the results");
  add_formats_option(*command, worker.limits.allow_ffmpeg);
  add_strict_option(*command, worker.limits.strict);
  command
      ->add_option("--max-deliver", worker.max_deliver,
                   "Delivery attempts before a file that fails becomes a dead letter; five more if "
                   "its workers die")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--ack-wait", worker.ack_wait,
                   "Seconds without a report of progress after which a file goes to another "
                   "worker; the worker that started last sets the value for all")
      ->check(CLI::Range(1.0, 86400.0))
      ->capture_default_str();
  command
      ->add_option("--max-download", worker.max_download,
                   "Maximum size of a file from a URL, in bytes or with a unit, such as 256MiB")
      ->transform(CLI::AsSizeValue(false))
      ->capture_default_str();
  command->add_option("--metrics", options->metrics,
                      "Serve Prometheus metrics on this HOST:PORT, at /metrics");
  add_queue_options(*command, options->queue, true);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
