// genre enqueue: adds files to a queue for workers.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "audio/is_audio_file.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "base/walk.h"
#include "cli/commands.h"
#include "cli/queue_options.h"
#include "genre/audio.h"
#include "queue/job.h"
#include "queue/publisher.h"
#include "queue/streams.h"

namespace genre::cli {
namespace {

constexpr std::chrono::seconds kPublishTimeout{60};
constexpr std::chrono::seconds kWatchPause{1};
constexpr std::size_t kShown = 1000;  // files; fewer are queued too quickly to show progress

struct EnqueueOptions {
  QueueOptions queue;
  std::vector<std::string> paths;
  bool bytes = false;
  bool again = false;
  bool watch = false;
};

bool is_text(const std::string& path) {
  std::array<char, 4096> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const auto end = start.begin() + file.gcount();
  return file.gcount() > 0 && std::find(start.begin(), end, '\0') == end;
}

// Expands the arguments: files, folders, URLs, and lists.
class Inputs {
 public:
  explicit Inputs(const std::vector<std::string>& paths) : paths_(paths) {}

  // The next path or URL; nullopt at the end.
  Result<std::optional<std::string>> next() {
    while (true) {
      if (walk_) {
        if (auto entry = walk_->next()) {
          if (entry->problem.empty()) return absolute(entry->path);
          return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the folder cannot be read: {}",
                                                              entry->path, entry->problem));
        }
        walk_.reset();
      }
      if (list_) {
        for (std::string line; std::getline(*list_, line);) {
          if (line.ends_with('\r')) line.pop_back();
          if (!line.empty()) return queue::is_url(line) ? line : absolute(line);
        }
        list_ = nullptr;
      }
      if (at_ == paths_.size()) return std::nullopt;
      const std::string& path = paths_[at_++];
      if (queue::is_url(path)) return path;
      std::error_code error;
      if (path == "-") {
        list_ = &std::cin;
      } else if (!std::filesystem::exists(path, error)) {
        return fail(ErrorCode::kUnreadableFile, path + ": no such file or folder");
      } else if (std::filesystem::is_directory(path, error)) {
        walk_.emplace(std::vector{path}, audio::is_audio_file);
      } else if (!std::filesystem::is_regular_file(path, error)) {
        return fail(ErrorCode::kUnreadableFile,
                    path + ": this is not a regular file; to read a list from a pipe, use -");
      } else if (audio::is_audio_file(path)) {
        return absolute(path);
      } else if (is_text(path)) {
        file_ = std::ifstream(path);
        list_ = &file_;
      } else {
        return fail(ErrorCode::kNotAudio, path + ": this is neither an audio file nor a list");
      }
    }
  }

 private:
  // A worker may run in another working directory.
  static std::string absolute(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  }

  const std::vector<std::string>& paths_;
  std::size_t at_ = 0;
  std::optional<base::Walk> walk_;
  std::ifstream file_;
  std::istream* list_ = nullptr;
};

// Counts of the files so far.
struct Counts {
  std::atomic<std::size_t> queued = 0, duplicates = 0, errors = 0;
};

Result<queue::Job> make_job(const std::string& file, const EnqueueOptions& options,
                            std::size_t max_payload) {
  queue::Job job{.file = file};
  if (!options.bytes || queue::is_url(file)) return job;
  auto bytes = base::read_file(file);
  if (!bytes) return tl::make_unexpected(bytes.error());
  constexpr std::size_t kHeaders = 4096;
  if (bytes->size() + kHeaders + file.size() > max_payload) {
    return fail(
        ErrorCode::kTooLong,
        fmt::format(
            "the file has {} bytes, and the server accepts messages of up to {} bytes, headers "
            "included; omit --bytes, or increase max_payload on the server",
            bytes->size(), max_payload));
  }
  job.bytes = std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return job;
}

void enqueue(const EnqueueOptions& options, const queue::Nats& nats,
             const queue::StreamNames& streams, queue::Publisher& publisher, Counts& counts,
             const std::stop_token& stop) {
  base::FileProgress progress;
  progress.n_files = base::measure(options.paths, audio::is_audio_file).n_files;
  base::ProgressLine line;
  const auto start = std::chrono::steady_clock::now();
  Inputs inputs(options.paths);
  while (!stop.stop_requested()) {
    auto name = inputs.next();
    if (name && !*name) break;
    auto job = name.and_then(
        [&](const auto& file) { return make_job(*file, options, nats.max_payload()); });
    if (!job) {
      ++counts.errors;
      line.clear();
      base::report_error("genre enqueue", (name ? **name + ": " : "") + job.error().message);
    } else {
      publisher.publish(to_message(*job, streams, options.again),
                        [&counts, file = job->file](const Result<queue::Stored>& stored) {
                          if (!stored) {
                            ++counts.errors;
                            base::report_error("genre enqueue",
                                               file + ": " + stored.error().message);
                          } else {
                            ++(*stored == queue::Stored::kNew ? counts.queued : counts.duplicates);
                          }
                        });
    }
    ++progress.n_done;
    progress.n_failed = counts.errors;
    // The files in lists are not counted in advance.
    progress.n_files = std::max(progress.n_files, progress.n_done);
    if (progress.n_files >= kShown && line.due()) {
      line.show(to_text(progress, "enqueue", "errors", std::chrono::steady_clock::now() - start));
    }
  }
  publisher.wait();
  line.end();
}

std::string duration(double s) {
  if (s < 120) return fmt::format("{:.0f} s", s);
  if (s < 7200) return fmt::format("{:.0f} min", s / 60);
  return fmt::format("{:.1f} h", s / 3600);
}

// Shows the queue until it is empty. Returns the exit status.
int watch(jsCtx* js, const queue::StreamNames& streams, const std::stop_token& stop) {
  constexpr std::size_t kAverage = 10;  // s over which the rate is averaged
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  std::deque<std::uint64_t> finished;
  while (!stop.stop_requested()) {
    const auto depth = queue::read_depth(js, streams);
    if (!depth) {
      base::report_error("genre enqueue", depth.error().message);
    } else {
      finished.push_back(depth->n_finished);
      if (finished.size() > kAverage + 1) finished.pop_front();
      const double rate = static_cast<double>(finished.back() - finished.front()) /
                          static_cast<double>(std::max<std::size_t>(1, finished.size() - 1));
      const auto left = static_cast<double>(depth->jobs);
      fmt::print("{}{} waiting  {} in progress  {} results  {} dead  {:.0f} files/s  {} left{}",
                 terminal ? "\r\x1b[K" : "",
                 depth->jobs - std::min(depth->jobs, depth->in_progress), depth->in_progress,
                 depth->results, depth->dead, rate, rate > 0 ? duration(left / rate) : "?",
                 terminal ? "" : "\n");
      std::fflush(stdout);
      if (depth->jobs == 0) break;
    }
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, kWatchPause, [] { return false; });
  }
  if (terminal) fmt::print("\n");
  return 0;
}

int run(EnqueueOptions& options) {
  const auto fail_with = [](const Error& error) {
    base::report_error("genre enqueue", error.message);
    return 1;
  };
  if (options.paths.empty() && !options.watch) {
    base::report_error("genre enqueue",
                       "no files to queue: specify files, folders, URLs or lists, or use --watch "
                       "alone");
    return 1;
  }
  options.queue.nats.name = "genre enqueue";
  const auto nats = queue::Nats::connect(options.queue.nats);
  if (!nats) return fail_with(nats.error());
  const auto js = nats->jetstream();
  if (!js) return fail_with(js.error());
  const queue::StreamNames streams(options.queue.stream);
  if (auto made = queue::make_streams(js->get(), streams, options.queue.replicas); !made) {
    return fail_with(made.error());
  }
  const base::Interrupt interrupt("stopping; press Ctrl-C again to stop at once");
  Counts counts;
  if (!options.paths.empty()) {
    const auto publisher = queue::Publisher::make(*nats, kPublishTimeout);
    if (!publisher) return fail_with(publisher.error());
    enqueue(options, *nats, streams, **publisher, counts, interrupt.token());
    fmt::print("{} files queued, {} already queued, {} errors\n", counts.queued.load(),
               counts.duplicates.load(), counts.errors.load());
  }
  if (options.watch) watch(js->get(), streams, interrupt.token());
  if (interrupt.happened()) return base::kInterrupted;
  return counts.errors > 0 ? 1 : 0;
}

}  // namespace

void add_enqueue(CLI::App& app, int& status) {
  auto options = std::make_shared<EnqueueOptions>();
  CLI::App* command =
      app.add_subcommand("enqueue", "Queue files for workers on any number of machines (NATS)");
  command->add_option(
      "PATH", options->paths,
      "Audio files, folders (searched recursively), http(s) URLs, or lists of paths and "
      "URLs, one per line; - reads a list from standard input");
  command->add_flag("--bytes", options->bytes,
                    "Put the contents of the files into the queue, for workers that cannot access "
                    "their paths");
  command->add_flag("--again", options->again, "Queue files even if they were queued before");
  command->add_flag(
      "--watch", options->watch,
      "Show the progress of the workers until the queue is empty; works without PATH");
  add_queue_options(*command, options->queue, true);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
