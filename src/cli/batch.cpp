#include "cli/batch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "audio/is_audio_file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "batch/prediction_row.h"
#include "cli/output_options.h"

namespace genre::cli {
namespace {

std::string program_of(const BatchOptions& options) { return "genre " + options.command; }

bool any_folder(const std::vector<std::string>& paths) {
  return std::ranges::any_of(paths, [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
  });
}

// One run over the files: writes results, reports errors and progress on standard error, and
// counts.
class Batch {
 public:
  Batch(const BatchOptions& options, batch::Output& output)
      : options_(options), output_(output), walk_(options.paths, audio::is_audio_file) {
    if (any_folder(options.paths)) {
      shown_ = true;
      progress_.n_files = base::measure(options.paths, audio::is_audio_file).n_files;
    } else {
      shown_ = options.paths.size() > 1 && line_.on_terminal();
      progress_.n_files = options.paths.size();
    }
  }

  // --threads or one per core, but not more than there are files.
  [[nodiscard]] unsigned threads() const {
    const unsigned most = options_.threads > 0 ? options_.threads : base::default_threads();
    return static_cast<unsigned>(std::clamp<std::size_t>(progress_.n_files, 1, most));
  }

  std::optional<base::WalkEntry> next() {
    while (auto entry = walk_.next()) {
      if (!output_.has(entry->path)) return entry;
      ++progress_.n_done;
      ++progress_.n_before;
    }
    return std::nullopt;
  }

  bool write(const base::WalkEntry& entry, FileOutcome&& outcome) {
    if (outcome.error && outcome.error->code == ErrorCode::kCancelled) return false;
    line_.clear();
    if (outcome.error) {
      ++progress_.n_failed;
      report(fmt::format("{}: {}", entry.path, outcome.error->message));
    }
    if (!outcome.warnings.empty()) warn(entry.path, outcome.warnings);
    if (auto written = output_.write(outcome.record); !written) {
      report(written.error().message);
      broken_ = true;
      return false;
    }
    ++progress_.n_done;
    progress_.audio += outcome.audio;
    if (shown_ && line_.due()) show();
    return true;
  }

  // Returns the exit status.
  int finish(bool interrupted) {
    if (shown_ && line_.on_terminal()) show();
    line_.end();
    if (auto finished = output_.finish(); !finished) {
      report(finished.error().message);
      broken_ = true;
    }
    const bool left_old = !broken_ && output_.left_old();
    if (left_old) {
      report(fmt::format("{} stays as it was, since no file could be read", options_.output.path));
    }
    if (interrupted) {
      const bool resumable = !options_.output.path.empty() && !left_old;
      report(fmt::format("interrupted after {} files{}", progress_.n_done,
                         resumable ? "; --resume continues this run" : ""));
      return base::kInterrupted;
    }
    if (shown_) {
      fmt::print(stderr, "{} files, {:.2f} hours of audio, {} errors{}\n", progress_.n_done,
                 progress_.audio / 3600, progress_.n_failed,
                 n_warned_ > 0 ? fmt::format(", {} with warnings", n_warned_) : "");
    }
    return broken_ || progress_.n_failed > 0 ? 1 : 0;
  }

 private:
  // One line per file; the output has the rest.
  void warn(const std::string& file, const std::vector<Warning>& warnings) {
    ++n_warned_;
    const std::string more =
        warnings.size() > 1 ? fmt::format(" (and {} more)", warnings.size() - 1) : "";
    report(fmt::format("{}: warning: {}{}", file, warnings.front().message, more));
  }

  void report(const std::string& message) const {
    base::report_error(program_of(options_), message);
  }

  void show() {
    line_.show(
        to_text(progress_, options_.command, "errors", std::chrono::steady_clock::now() - start_));
  }

  const BatchOptions& options_;
  batch::Output& output_;
  base::Walk walk_;
  base::FileProgress progress_;
  base::ProgressLine line_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t n_warned_ = 0;  // files with warnings
  bool shown_ = false;
  bool broken_ = false;  // the output
};

}  // namespace

FileOutcome failed(const BatchOptions& options, const std::string& file, Error error) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  FileOutcome outcome;
  outcome.record = batch::error_record(file, to_string(error.code), error.message,
                                       options.output.columns.size());
  outcome.record.unread = error.code == ErrorCode::kUnreadableFile;
  outcome.error = std::move(error);
  return outcome;
}

int run_batch(const BatchOptions& options,
              const std::function<FileWorker(const std::stop_token&)>& make_worker) {
  std::vector<std::string> inputs = options.paths;
  if (!options.model.empty()) inputs.push_back(options.model);
  const auto checked = check_output_options(options.output).and_then([&] {
    return check_output(options.output.path, inputs);
  });
  if (!checked) {
    base::report_error(program_of(options), checked.error().message);
    return 1;
  }
  const base::Interrupt interrupt(
      "stopping after the files in progress; press Ctrl-C again to stop at once");
  auto output = batch::open_output(options.output);
  if (!output) {
    base::report_error(program_of(options), output.error().message);
    return interrupt.happened() ? base::kInterrupted : 1;
  }
  Batch batch(options, **output);
  const unsigned threads = batch.threads();
  std::vector<std::function<FileOutcome(const base::WalkEntry&)>> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&,
                          worker = make_worker(interrupt.token())](const base::WalkEntry& entry) {
      if (entry.problem.empty()) return worker(entry.path);
      return failed(options, entry.path,
                    {ErrorCode::kUnreadableFile, "the folder cannot be read: " + entry.problem});
    });
  }
  base::for_each_ordered<FileOutcome>(
      [&] { return batch.next(); }, std::move(workers),
      [&](const base::WalkEntry& entry, Result<FileOutcome>&& outcome) {
        return batch.write(
            entry, outcome ? std::move(*outcome) : failed(options, entry.path, outcome.error()));
      },
      interrupt.token());
  return batch.finish(interrupt.happened());
}

void add_batch_options(CLI::App& app, BatchOptions& options,
                       std::vector<batch::OutputFormat> formats) {
  app.add_option("PATH", options.paths,
                 "Audio files and folders (searched recursively); - reads standard input")
      ->required();
  add_output_options(app, options.output, std::move(formats));
  app.add_option("--threads", options.threads,
                 "Number of files to process at the same time; 0: one per core")
      ->check(CLI::Range(0, 1024));
}

}  // namespace genre::cli
