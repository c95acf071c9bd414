#include "cli/batch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <thread>

#include "batch/ordered.h"
#include "cli/folder_progress.h"
#include "cli/interrupt.h"

namespace genre::cli {
namespace {

constexpr int kInterrupted = 130;  // as shells have it of SIGINT

const std::map<std::string, OutputFormat>& format_names() {
  static const std::map<std::string, OutputFormat> names = {{"table", OutputFormat::kTable},
                                                            {"jsonl", OutputFormat::kJsonl},
                                                            {"csv", OutputFormat::kCsv},
                                                            {"sqlite", OutputFormat::kSqlite}};
  return names;
}

bool any_folder(const std::vector<std::string>& paths) {
  return std::ranges::any_of(paths, [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored);
  });
}

// One run over the files: what is written, told on standard error, and counted.
class Batch {
 public:
  Batch(const BatchOptions& options, Output& output)
      : options_(options), output_(output), walk_(options.paths) {
    if (any_folder(options.paths)) {
      shown_ = true;
      progress_.n_files = measure(options.paths).n_files;
    }
  }

  std::optional<WalkEntry> next() {
    while (auto entry = walk_.next()) {
      if (!output_.has(entry->path)) return entry;
      ++progress_.n_done;
    }
    return std::nullopt;
  }

  bool take(const WalkEntry& entry, FileOutcome&& outcome) {
    if (outcome.error && outcome.error->code == ErrorCode::kCancelled) return false;
    line_.clear();
    if (outcome.error) {
      ++progress_.n_skipped;
      fmt::print(stderr, "genre {}: {}: {}\n", options_.command, entry.path,
                 outcome.error->message);
    }
    if (auto written = output_.write(outcome.record); !written) {
      fmt::print(stderr, "genre {}: {}\n", options_.command, written.error().message);
      broken_ = true;
      return false;
    }
    ++progress_.n_done;
    progress_.audio += outcome.audio;
    if (shown_) line_.show(progress_);
    return true;
  }

  // Returns the exit status.
  int finish(bool interrupted) {
    if (shown_) line_.end();
    if (auto finished = output_.finish(); !finished) {
      fmt::print(stderr, "genre {}: {}\n", options_.command, finished.error().message);
      broken_ = true;
    }
    if (interrupted) {
      fmt::print(stderr, "genre {}: interrupted after {} files{}\n", options_.command,
                 progress_.n_done,
                 options_.output.path.empty() ? "" : "; --resume goes on from there");
      return kInterrupted;
    }
    if (shown_) {
      fmt::print(stderr, "{} files, {:.2f} hours of audio, {} errors\n", progress_.n_done,
                 progress_.audio / 3600, progress_.n_skipped);
    }
    return broken_ || progress_.n_skipped > 0 ? 1 : 0;
  }

 private:
  const BatchOptions& options_;
  Output& output_;
  Walk walk_;
  FolderProgress progress_;
  FolderProgressLine line_{options_.command, "errors"};
  bool shown_ = false;
  bool broken_ = false;  // the output
};

}  // namespace

FileOutcome failed(const BatchOptions& options, const std::string& file, Error error) {
  FileOutcome outcome;
  outcome.record.json = {{"file", file},
                         {"error", {{"code", to_string(error.code)}, {"message", error.message}}}};
  auto& row = outcome.record.rows.emplace_back(options.output.columns.size());
  row.front() = file;
  row.back() = fmt::format("{}: {}", to_string(error.code), error.message);
  outcome.error = std::move(error);
  return outcome;
}

int run_batch(const BatchOptions& options,
              const std::function<FileWorker(const std::stop_token&)>& make_worker) {
  const OutputOptions& out = options.output;
  if (out.path.empty() && (out.resume || out.format == OutputFormat::kSqlite)) {
    fmt::print(stderr, "genre {}: SQLite and --resume need a file: --output FILE\n",
               options.command);
    return 1;
  }
  if (out.resume && out.format == OutputFormat::kTable) {
    fmt::print(stderr, "genre {}: a table cannot be resumed; jsonl, csv and sqlite can\n",
               options.command);
    return 1;
  }
  const Interrupt interrupt;
  auto output = open_output(options.output);
  if (!output) {
    fmt::print(stderr, "genre {}: {}\n", options.command, output.error().message);
    return 1;
  }
  Batch batch(options, **output);
  const unsigned threads =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  for_each_ordered<WalkEntry, FileOutcome>(
      threads, [&] { return batch.next(); },
      [&]() -> std::function<FileOutcome(const WalkEntry&)> {
        return [&, worker = make_worker(interrupt.token())](const WalkEntry& entry) {
          if (entry.problem.empty()) return worker(entry.path);
          return failed(
              options, entry.path,
              {ErrorCode::kUnreadableFile, "the folder cannot be read: " + entry.problem});
        };
      },
      [&](const WalkEntry& entry, FileOutcome&& outcome) {
        return batch.take(entry, std::move(outcome));
      },
      interrupt.token());
  return batch.finish(interrupt.happened());
}

void add_batch_options(CLI::App& app, BatchOptions& options, std::vector<OutputFormat> formats) {
  OutputOptions& output = options.output;
  output.format = formats.front();
  std::map<std::string, OutputFormat> names;
  std::string listed;
  for (const OutputFormat format : formats) {
    const auto name = std::ranges::find(format_names(), format,
                                        &std::pair<const std::string, OutputFormat>::second);
    names.insert(*name);
    listed += (listed.empty() ? "" : "|") + name->first;
  }
  app.add_option("PATH", options.paths,
                 "Audio files; folders, with all that is below them; - is standard input")
      ->required();
  auto* format = app.add_option("--format", output.format, "How the results are written")
                     ->transform(CLI::CheckedTransformer(names).description(""))
                     ->type_name(listed)
                     ->default_str(listed.substr(0, listed.find('|')));
  const auto add_short = [&](const char* flag, OutputFormat value, const char* help) {
    return app
        .add_flag_callback(
            flag, [&output, value] { output.format = value; }, help)
        ->excludes(format);
  };
  auto* json = add_short("--json", OutputFormat::kJsonl, "The same as --format jsonl");
  add_short("--csv", OutputFormat::kCsv, "The same as --format csv")->excludes(json);
  auto* path = app.add_option("--output", output.path, "File to write instead of standard output");
  app.add_flag("--resume", output.resume, "Go on behind what the output has of an earlier run")
      ->needs(path);
  app.add_option("--threads", options.threads, "Files at a time; 0 is one for each core")
      ->check(CLI::Range(0, 1024));
}

}  // namespace genre::cli
