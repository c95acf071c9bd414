// genre evaluate: measures a model on clips whose genre is known.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>

#include "base/files.h"
#include "base/json_text.h"
#include "base/progress.h"
#include "base/report_error.h"
#include "cli/commands.h"
#include "cli/decode_options.h"
#include "cli/input.h"
#include "cli/output_options.h"
#include "dataset/merge.h"
#include "dataset/music.h"
#include "dataset/split.h"
#include "evaluate/classify.h"
#include "evaluate/known_tracks.h"
#include "evaluate/plots.h"
#include "evaluate/report.h"

namespace genre::cli {
namespace {

struct EvaluateOptions {
  std::string model, data, tracks, html, confusion;
  bool json = false;
  bool strict = false;
};

Result<std::vector<std::size_t>> rows_of(const dataset::Table& table, const std::string& list) {
  if (!list.empty()) return dataset::rows_on_list(table, list);
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

Result<evaluate::Report> evaluate_model(const EvaluateOptions& options) {
  const auto model = load_model(options.model);
  if (!model) return tl::make_unexpected(model.error());
  const ModelInfo& info = (*model)->info();
  const FeaturesInput* features = info.only_features();
  dataset::AudioOptions audio{.windows = {.strict = options.strict}};
  if (features) {
    audio.feature_set = features->feature_set;
    audio.pad_mode = features->pad_mode;
  } else {
    audio.model = *model;
  }
  base::FileProgressLine line("reading", "skipped");
  auto music = dataset::read_music({{.path = options.data}}, {.audio = audio}, std::ref(line));
  line.end();
  if (!music) return tl::make_unexpected(std::move(music.error()));
  fmt::print(stderr, "{}", dataset::notes(*music));
  const auto table = evaluate::with_labels(std::move(music->table), info);
  if (!table) return tl::make_unexpected(table.error());
  const auto rows = rows_of(*table, options.tracks);
  if (!rows) return tl::make_unexpected(rows.error());
  const evaluate::Predictions predictions = evaluate::classify(*model, *table, *rows);
  std::optional<evaluate::ConfidentMetrics> confidence;
  std::optional<evaluate::ConfidentMetrics::Count> others;
  if (info.confident) {
    confidence = evaluate::evaluate_confidence(*table, *rows, predictions, *info.confident);
    if (!table->others.empty()) {
      const dataset::Table of_others = dataset::table_of_others(*table);
      const auto all = rows_of(of_others, "");
      others = evaluate::evaluate_confidence(
                   of_others, *all, evaluate::classify(*model, of_others, *all), *info.confident)
                   .tracks;
    }
  }
  return evaluate::Report{
      .model = info.name,
      .trained_on = evaluate::training_data(info),
      .data = table->name,
      .protocol =
          options.tracks.empty()
              ? "all clips"
              : "the tracks of " + std::filesystem::path(options.tracks).filename().string(),
      .labels = info.labels,
      .metrics = evaluate::evaluate(*table, *rows, predictions),
      .confidence = confidence,
      .learning_curve = evaluate::learning_curve(info),
      .others = others,
      .n_known_tracks = evaluate::count_known_tracks(info, *table, *rows)};
}

int run(const EvaluateOptions& options) {
  const auto failed = [](const Error& error) {
    base::report_error("genre evaluate", error.message);
    return 1;
  };
  const std::vector<std::string> inputs = {options.model, options.data, options.tracks};
  const auto report = check_output(options.html, inputs)
                          .and_then([&] { return check_output(options.confusion, inputs); })
                          .and_then([&] { return evaluate_model(options); });
  if (!report) return failed(report.error());
  if (!options.html.empty()) {
    if (auto written = base::write_file(options.html, evaluate::to_html(*report)); !written) {
      return failed(written.error());
    }
  }
  if (!options.confusion.empty()) {
    const std::string plot =
        evaluate::confusion_plot(report->metrics.track_confusion, report->labels);
    if (auto written = base::write_file(options.confusion, plot); !written) {
      return failed(written.error());
    }
  }
  if (options.json) {
    fmt::print("{}\n", base::json_text(evaluate::to_json(*report)));
  } else {
    fmt::print("{}", evaluate::to_text(*report));
  }
  return 0;
}

}  // namespace

void add_evaluate(CLI::App& app, int& status) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command =
      app.add_subcommand("evaluate", "Measure a model on clips whose genre is known");
  command
      ->add_option("MODEL", options->model,
                   "ONNX model file, or a built-in model: default, best or seed")
      ->required();
  command
      ->add_option(
          "DATA", options->data,
          "Folder with a sub-folder of audio files for each genre, a list of audio files (CSV) "
          "with "
          "the columns path and genre, or a feature table (CSV) with the columns genre, track, and "
          "those of a feature set")
      ->required();
  command->add_option("--tracks", options->tracks,
                      "Use only the tracks in this list, such as the test part of a split");
  add_strict_option(*command, options->strict);
  command->add_flag("--json", options->json, "Print all metrics as one JSON object");
  command->add_option("--html", options->html, "Also write a report as a web page");
  command->add_option("--confusion", options->confusion,
                      "Also write the confusion matrix of the tracks as a picture (SVG)");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
