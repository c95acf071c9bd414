#include "train/report.h"

#include <fmt/format.h>

#include <cmath>

#include "evaluate/report.h"

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

std::string to_text(const std::string& name, const Evaluation& evaluation) {
  std::string text = fmt::format("  {} (epoch {})\n", name, evaluation.epoch);
  text += fmt::format("    validation {}\n", summary(evaluation.validation));
  if (evaluation.test) text += fmt::format("    test       {}\n", summary(*evaluation.test));
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
