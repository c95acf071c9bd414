// genre predict: the predictions of the server, offline.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/is_audio_file.h"
#include "base/memory.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "base/text.h"
#include "batch/prediction_row.h"
#include "batch/tags/tags.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/input.h"
#include "genre/predictor.h"
#include "predict/file_prediction.h"
#include "predict/json.h"

namespace genre::cli {
namespace {

struct PredictOptions {
  BatchOptions batch{.command = "predict"};
  ForeignModelOptions foreign;
  WindowOptions windows;
  DecodeLimits limits;
  unsigned track = 0;  // 0: the default one
  std::size_t top = 3;
  std::string tags_model = "mn04";
  bool tag = false;         // show the change of each file's genre tag
  bool write_tags = false;  // and write the tag
};

// The change of a file's genre tag.
struct TagChange {
  std::string before;
  std::optional<std::string> after;  // nullopt if the prediction is not confident: the tag stays
};

// The width of the table's file column: that of the longest path, up to a limit.
std::size_t width_of(const std::vector<std::string>& paths) {
  constexpr std::size_t kWidest = 60;
  return std::min(kWidest, base::measure(paths, audio::is_audio_file).longest_path);
}

// The codes of the warnings, each once. Standard error has the messages.
std::string warned(const std::vector<Warning>& warnings) {
  std::vector<std::string_view> codes;
  for (const Warning& warning : warnings) {
    if (codes.empty() || codes.back() != to_string(warning.code)) {
      codes.push_back(to_string(warning.code));
    }
  }
  return fmt::format("warning: {}", fmt::join(codes, ", "));
}

std::string heard(const std::vector<Tag>& tags) {
  std::string text;
  for (const auto& [name, probability] : tags) {
    text += fmt::format("{} {} {:.1f} %", text.empty() ? "" : ",", name, 100 * probability);
  }
  return text;
}

std::string table_row(const std::string& file, std::size_t width, const Prediction& prediction,
                      std::size_t top, const std::optional<TagChange>& tag) {
  std::string row = fmt::format("{:<{}}", base::printable(file), width);
  const auto genres = prediction.ranked(prediction.certainties);
  const bool silent = std::ranges::all_of(prediction.segments, &Segment::silent);
  if (silent) row += "  no genre";
  for (std::size_t i = 0; i < std::min(top, genres.size()) && !silent; ++i) {
    row += fmt::format("  {:<9} {:5.1f} %", genres[i].genre, 100 * genres[i].certainty);
  }
  constexpr float kLikely = 0.5F;
  if (prediction.none_of_these.value_or(0.0F) >= kLikely) {
    row += fmt::format("  none of these {:.1f} %", 100 * *prediction.none_of_these);
  }
  if (prediction.confident == false) row += "  not confident";
  if (prediction.tags) row += "  hears" + heard(*prediction.tags);
  if (!prediction.warnings.empty()) row += "  " + warned(prediction.warnings);
  if (tag && tag->after)
    row += fmt::format("  tag: \"{}\" -> \"{}\"", base::printable(tag->before), *tag->after);
  if (tag && !tag->after) row += fmt::format("  tag: \"{}\" stays", base::printable(tag->before));
  return row + "\n";
}

std::vector<std::string> columns(const std::vector<std::string>& labels, bool tag) {
  auto names = batch::prediction_columns(labels);
  if (tag) names.insert(names.end() - 1, {"tag_before", "tag_after"});
  return names;
}

std::vector<batch::Value> row(const std::string& file, const Prediction& prediction,
                              const ModelInfo& model, const std::optional<TagChange>& tag) {
  auto values = batch::prediction_row(file, prediction, model.labels);
  if (tag) {
    values.insert(values.end() - 1, {batch::Value(tag->before),
                                     tag->after ? batch::Value(*tag->after) : batch::Value()});
  }
  return values;
}

batch::Record to_record(const PredictOptions& options, const std::string& file, std::size_t width,
                        const Prediction& prediction, const ModelInfo& model,
                        const std::optional<TagChange>& tag) {
  batch::Record record;
  switch (options.batch.output.format) {
    case batch::OutputFormat::kTable:
    case batch::OutputFormat::kNpy:  // not offered
      record.text = table_row(file, width, prediction, options.top, tag);
      break;
    case batch::OutputFormat::kJsonl:
      record.json = {{"file", file}};
      record.json.update(predict::to_json(prediction, model));
      if (tag) {
        record.json["tag"] = {{"before", tag->before}, {"after", nullptr}};
        if (tag->after) record.json["tag"]["after"] = *tag->after;
      }
      break;
    case batch::OutputFormat::kCsv:
    case batch::OutputFormat::kSqlite:
      record.rows.push_back(row(file, prediction, model, tag));
      break;
  }
  return record;
}

// The tag changes if the prediction is confident, or if the model has no thresholds to decide that.
Result<TagChange> change_tag(const std::string& file, const Prediction& prediction, bool write) {
  auto before = batch::read_genre_tag(file);
  if (!before) return tl::make_unexpected(before.error());
  TagChange change{.before = std::move(*before), .after = {}};
  if (prediction.confident == false) return change;
  change.after = prediction.ranked(prediction.certainties).front().genre;
  if (!write) return change;
  return batch::write_genre_tag(file, *change.after).map([&] { return change; });
}

FileOutcome outcome_of(const PredictOptions& options, const std::string& file, std::size_t width,
                       const Prediction& prediction, const ModelInfo& model) {
  const base::WaitForMemory waits;  // JSON values allocate even in their destructors
  std::optional<TagChange> tag;
  if (options.tag) {
    auto change = change_tag(file, prediction, options.write_tags);
    if (!change) return failed(options.batch, file, change.error());
    tag = std::move(*change);
  }
  return {.record = to_record(options, file, width, prediction, model, tag),
          .error = {},
          .audio = prediction.duration,
          .warnings = prediction.warnings};
}

// One long file has no count of files that would tell how far the work is.
class LongFileProgress {
 public:
  explicit LongFileProgress(const std::vector<std::string>& paths) {
    std::error_code ignored;
    wanted_ = line_.on_terminal() && paths.size() == 1 &&
              !std::filesystem::is_directory(paths.front(), ignored);
  }

  // Predictor::predict, with its progress.
  Result<Prediction> predict(Predictor& predictor, const AudioFile& file,
                             const WindowOptions& windows, const std::stop_token& stop) {
    if (!wanted_) return predictor.predict(file, windows);
    predict::FilePrediction prediction(file, windows);
    while (true) {
      auto predicted = prediction.step(predictor, stop);
      if (predicted && !*predicted) {
        show(prediction);
        continue;
      }
      line_.clear();
      if (!predicted) return tl::make_unexpected(std::move(predicted.error()));
      return **std::move(predicted);
    }
  }

 private:
  void show(predict::FilePrediction& prediction) {
    constexpr std::chrono::seconds kLong{1};
    if (std::chrono::steady_clock::now() - start_ < kLong || !line_.due()) return;
    const auto done = prediction.progress();
    if (done) line_.show(fmt::format("predict: {:.0f} %", 100 * *done));
  }

  base::ProgressLine line_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool wanted_ = false;
};

int run(PredictOptions& options) {
  auto model = load_model(options.batch.model, options.foreign);
  if (model && options.windows.n_tags > 0) model = add_tagger(*model, options.tags_model);
  if (!model) {
    base::report_error("genre predict", model.error().message);
    return 1;
  }
  const ModelInfo& info = (*model)->info();
  batch::OutputOptions& output = options.batch.output;
  output.table = "predictions";
  output.columns = columns(info.labels, options.tag);
  const std::size_t width =
      output.format == batch::OutputFormat::kTable ? width_of(options.batch.paths) : 0;

  LongFileProgress progress(options.batch.paths);
  return run_batch(options.batch, [&](const std::stop_token& stop) -> FileWorker {
    auto predictor = std::make_shared<Predictor>(*model, options.limits);
    predictor->cancel_by(stop);
    return [&, predictor, stop](const std::string& file) {
      const auto prediction = open_input(file).and_then([&](const AudioFile& audio) {
        return progress.predict(*predictor, audio.with_track(options.track), options.windows, stop);
      });
      if (!prediction) return failed(options.batch, file, prediction.error());
      return outcome_of(options, file, width, *prediction, info);
    };
  });
}

}  // namespace

void add_predict(CLI::App& app, int& status) {
  auto options = std::make_shared<PredictOptions>();
  CLI::App* command = app.add_subcommand(
      "predict", "Predict the genre of audio files and of folders of audio files");
  add_batch_options(*command, options->batch,
                    {batch::OutputFormat::kTable, batch::OutputFormat::kJsonl,
                     batch::OutputFormat::kCsv, batch::OutputFormat::kSqlite});
  command->add_option("--top", options->top, "Number of genres per row of the table")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--hop", options->windows.hop,
                   "Seconds between the starts of consecutive windows (3 with the built-in models)")
      ->check(CLI::Range(0.1, 3600.0));
  add_excerpts_option(*command, options->windows.excerpts);
  command->add_option("--model", options->batch.model,
                      "ONNX model file, or a built-in model: default, best or seed");
  command
      ->add_option("--tags", options->windows.n_tags,
                   "Number of other things that are heard, such as speech and instruments, in the "
                   "table and in JSON")
      ->check(CLI::Range(1, 1000));
  command
      ->add_option(
          "--tags-model", options->tags_model,
          "Network for --tags if the model has none: an ONNX file, or the name of one from "
          "genre model pull")
      ->capture_default_str();
  add_foreign_model_options(*command, options->foreign);
  add_formats_option(*command, options->limits.allow_ffmpeg);
  add_strict_option(*command, options->limits.strict);
  add_stream_option(*command, options->track);
  auto* tag = command->add_flag(
      "--tag", options->tag,
      "Show the genre tag that each file would get if the prediction is confident; writes nothing");
  command->add_flag("--write-tags", options->write_tags, "Write the tags that --tag shows")
      ->needs(tag);
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
