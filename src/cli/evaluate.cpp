// genre evaluate: how good a model is on clips whose genre is known.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>

#include "base/json_text.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/music.h"
#include "dataset/split.h"
#include "evaluate/classify.h"
#include "evaluate/report.h"

namespace genre::cli {
namespace {

struct EvaluateOptions {
  std::string model, data, tracks, html;
  bool json = false;
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
  const auto table =
      read_music(
          options.data,
          {.folder = {.feature_set = info.feature_set, .pad_mode = info.pad_mode, .windows = {}},
           .group = {}})
          .and_then(
              [&](dataset::Table data) { return evaluate::with_labels(std::move(data), info); });
  if (!table) return tl::make_unexpected(table.error());
  const auto rows = rows_of(*table, options.tracks);
  if (!rows) return tl::make_unexpected(rows.error());
  const evaluate::Answers answers = evaluate::classify(*model, *table, *rows);
  std::optional<evaluate::ConfidentMetrics> confidence;
  if (info.confident)
    confidence = evaluate::evaluate_confidence(*table, *rows, answers, *info.confident);
  return evaluate::Report{
      .model = info.name,
      .trained_on = evaluate::training_data(info),
      .data = table->name,
      .protocol =
          options.tracks.empty()
              ? "all clips"
              : "the tracks of " + std::filesystem::path(options.tracks).filename().string(),
      .labels = info.labels,
      .metrics = evaluate::evaluate(*table, *rows, answers),
      .confidence = confidence,
      .learning_curve = evaluate::learning_curve(info)};
}

int run(const EvaluateOptions& options) {
  const auto report = evaluate_model(options);
  if (!report) {
    fmt::print(stderr, "genre evaluate: {}\n", report.error().message);
    return 1;
  }
  if (!options.html.empty()) {
    std::ofstream file(options.html, std::ios::binary);
    file << evaluate::to_html(*report);
    file.close();
    if (!file) {
      fmt::print(stderr, "genre evaluate: {}: the file cannot be written\n", options.html);
      return 1;
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
  command->add_option("MODEL", options->model, "ONNX model, or a built-in one: default or seed")
      ->required();
  command
      ->add_option("DATA", options->data,
                   "A folder with a sub-folder of audio files for each genre, or a feature table "
                   "(CSV: genre, the 26 of gtzan26, track)")
      ->required();
  command->add_option("--tracks", options->tracks,
                      "Only the tracks of this list, such as the test part of a split");
  command->add_flag("--json", options->json, "Everything as one JSON object");
  command->add_option("--html", options->html, "Also write a report to look at in a browser");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace genre::cli
