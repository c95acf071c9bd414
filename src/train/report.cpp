#include "train/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace genre::train {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json to_json(const Metrics& metrics) {
  return {{"n_clips", metrics.n_clips},
          {"n_tracks", metrics.n_tracks},
          {"clip_accuracy", rounded(metrics.clip_accuracy)},
          {"track_accuracy", rounded(metrics.track_accuracy)},
          {"calibration_error", rounded(metrics.calibration_error)}};
}

Json to_json(const Evaluation& evaluation) {
  Json json = {{"epoch", evaluation.epoch}, {"validation", to_json(evaluation.validation)}};
  if (evaluation.test) json["test"] = to_json(*evaluation.test);
  return json;
}

std::string to_text(const std::string& part, const Metrics& metrics) {
  return fmt::format(
      "    {:<10} {:5.1f} % of {} clips, {:5.1f} % of {} tracks, expected calibration error "
      "{:.3f}\n",
      part, 100 * metrics.clip_accuracy, metrics.n_clips, 100 * metrics.track_accuracy,
      metrics.n_tracks, metrics.calibration_error);
}

std::string to_text(const std::string& name, const Evaluation& evaluation) {
  std::string text = fmt::format("  {} (epoch {})\n", name, evaluation.epoch);
  text += to_text("validation", evaluation.validation);
  if (evaluation.test) text += to_text("test", *evaluation.test);
  return text;
}

// Precision, recall, F1 and the row of the confusion matrix of each genre.
std::string genre_table(const Metrics& metrics, const std::vector<std::string>& labels) {
  std::size_t width = 5;
  for (const std::string& label : labels) width = std::max(width, label.size());
  std::string text = fmt::format("  {:<{}}  precision  recall     F1   named as", "genre", width);
  for (const std::string& label : labels) text += fmt::format(" {:>4.4}", label);
  text += "\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const GenreMetrics& genre = metrics.genres[i];
    text += fmt::format("  {:<{}}  {:9.2f}  {:6.2f}  {:5.2f}           ", labels[i], width,
                        genre.precision, genre.recall, genre.f1);
    for (const std::size_t count : metrics.confusion[i]) text += fmt::format(" {:4}", count);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string to_text(const Experiment& experiment, const Table& table) {
  const Evaluation& best = experiment.best;
  return fmt::format("{}: trained on {} clips\n", experiment.protocol, experiment.n_train) +
         to_text("best epoch by validation accuracy: the model", best) +
         to_text("last epoch, for comparison", experiment.last) +
         genre_table(best.test.value_or(best.validation), table.labels);
}

Json to_json(const Experiment& experiment) {
  return {{"n_train", experiment.n_train},
          {"best", to_json(experiment.best)},
          {"last", to_json(experiment.last)}};
}

}  // namespace genre::train
