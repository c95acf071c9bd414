// genre collect: writes the results of a queue to a file.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_set>

#include "base/interrupt.h"
#include "base/json_text.h"
#include "base/report_error.h"
#include "batch/output.h"
#include "batch/prediction_row.h"
#include "cli/commands.h"
#include "cli/output_options.h"
#include "cli/queue_options.h"
#include "queue/collector.h"
#include "queue/streams.h"

namespace genre::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kWaitPause{500};

struct CollectOptions {
  QueueOptions queue;
  batch::OutputOptions output{.table = "predictions"};
  bool wait = false;
};

// The part of a worker's result that a row needs. Throws nlohmann's exceptions or
// std::invalid_argument if the JSON is not a result.
Prediction to_prediction(const Json& json) {
  Prediction prediction;
  for (const Json& genre : json.at("genres")) {
    prediction.labels.push_back(genre.at("genre").get<std::string>());
    prediction.certainties.push_back(genre.at("certainty").get<float>());
  }
  if (prediction.labels.empty()) throw std::invalid_argument("it has no genres");
  if (const Json& confident = json.at("confident"); !confident.is_null()) {
    prediction.confident = confident.get<bool>();
  }
  prediction.duration = json.at("duration").get<double>();
  return prediction;
}

// Writes one row per file. The output is opened with the first result, whose genres become the
// columns.
class Rows {
 public:
  explicit Rows(batch::OutputOptions options) : options_(std::move(options)) {}

  Result<void> add(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("file") || !json["file"].is_string()) {
      return fail(ErrorCode::kBadTable,
                  "the queue contains a message that is not a result of a worker");
    }
    const auto file = json["file"].get<std::string>();
    if (!seen_.insert(std::hash<std::string>{}(file)).second) return {};
    if (auto opened = open(json); !opened) return opened;
    if (output_->has(file)) return {};
    const auto record = to_record(file, json);
    if (!record) return tl::make_unexpected(record.error());
    ++n_;
    if (json.contains("error")) ++n_errors_;
    return output_->write(*record);
  }

  Result<void> finish() {
    if (auto opened = open(Json::object()); !opened) return opened;
    return output_->finish();
  }

  [[nodiscard]] std::size_t n() const { return n_; }
  [[nodiscard]] std::size_t n_errors() const { return n_errors_; }

 private:
  Result<void> open(const Json& first) {
    if (output_) return {};
    for (const Json& genre : first.value("genres", Json::array())) {
      labels_.push_back(genre.at("genre").get<std::string>());
    }
    std::ranges::sort(labels_);
    options_.columns = batch::prediction_columns(labels_);
    auto output = batch::open_output(options_);
    if (!output) return tl::make_unexpected(output.error());
    output_ = std::move(*output);
    return {};
  }

  Result<batch::Record> to_record(const std::string& file, const Json& json) const try {
    if (json.contains("error")) {
      const Json& error = json.at("error");
      return batch::error_record(file, error.at("code").get<std::string>(),
                                 error.at("message").get<std::string>(), options_.columns.size());
    }
    batch::Record record{.text = {}, .json = json, .rows = {}};
    if (options_.format != batch::OutputFormat::kJsonl) {
      auto row = batch::prediction_row(file, to_prediction(json), labels_);
      // Copied as text, because a newer worker may know codes that this program does not.
      if (const auto warnings = json.find("warnings");
          warnings != json.end() && !warnings->empty()) {
        *(row.end() - 2) = base::json_text(*warnings);
      }
      record.rows.push_back(std::move(row));
    }
    return record;
  } catch (const std::exception& error) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("the result of {} does not fit the table: {}; if several models were used, "
                    "write --format jsonl",
                    file, error.what()));
  }

  batch::OutputOptions options_;
  std::vector<std::string> labels_;
  std::unique_ptr<batch::Output> output_;
  std::unordered_set<std::size_t> seen_;  // hashes of paths: millions of paths need much memory
  std::size_t n_ = 0, n_errors_ = 0;
};

// Reads a stream of the queue from message `from` to its current end, and advances `from`.
Result<void> read(jsCtx* js, const std::string& stream, std::uint64_t& from, Rows& rows,
                  const std::stop_token& stop) {
  Result<void> added;
  const auto next = queue::read_stream(
      js, stream, from,
      [&](std::string_view text) {
        added = rows.add(text);
        return added.has_value();
      },
      stop);
  if (!next) return tl::make_unexpected(next.error());
  from = *next;
  return added;
}

// Results come before errors, and the first row of a file counts: a file that became a dead letter
// and was processed later gets its result.
Result<void> collect(jsCtx* js, const queue::StreamNames& streams, bool wait, Rows& rows,
                     const std::stop_token& stop) {
  std::uint64_t results = 1, dead = 1;
  while (!stop.stop_requested()) {
    const auto depth = queue::read_depth(js, streams);
    if (!depth && !wait) return tl::make_unexpected(depth.error());
    if (auto done = read(js, streams.results, results, rows, stop); !done) return done;
    if (!wait || (depth && depth->jobs == 0)) break;
    std::this_thread::sleep_for(kWaitPause);
  }
  return read(js, streams.dead, dead, rows, stop);
}

int run(CollectOptions& options) {
  const auto failed = [](const Error& error) {
    base::report_error("genre collect", error.message);
    return 1;
  };
  const auto checked = check_output_options(options.output).and_then([&] {
    return check_output(options.output.path);
  });
  if (!checked) return failed(checked.error());
  options.queue.nats.name = "genre collect";
  const auto nats = queue::Nats::connect(options.queue.nats);
  if (!nats) return failed(nats.error());
  const auto js = nats->jetstream();
  if (!js) return failed(js.error());
  const base::Interrupt interrupt("stopping; press Ctrl-C again to stop at once");
  Rows rows(options.output);
  const auto collected = collect(js->get(), queue::StreamNames(options.queue.stream), options.wait,
                                 rows, interrupt.token());
  const auto finished = collected.and_then([&] { return rows.finish(); });
  fmt::print(stderr, "{} files, {} errors\n", rows.n(), rows.n_errors());
  if (!finished) return failed(finished.error());
  if (interrupt.happened()) return base::kInterrupted;
  return rows.n_errors() > 0 ? 1 : 0;
}

}  // namespace

void add_collect(CLI::App& app, int& status) {
  auto options = std::make_shared<CollectOptions>();
  CLI::App* command =
      app.add_subcommand("collect", "Write the results of queued files, one per file (NATS)");
  command->add_flag("--wait", options->wait, "Continue until the queue is empty");
  add_output_options(
      *command, options->output,
      {batch::OutputFormat::kJsonl, batch::OutputFormat::kCsv, batch::OutputFormat::kSqlite});
  add_queue_options(*command, options->queue, false);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
