#include "train/report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/report.h"

namespace genre::train {
namespace {

using Json = nlohmann::ordered_json;

using base::rounded;

Json to_json(const evaluate::Metrics& metrics) {
  return {{"n_clips", metrics.n_clips},
          {"n_tracks", metrics.n_tracks},
          {"clip_accuracy", rounded(metrics.clip_accuracy)},
          {"track_accuracy", rounded(metrics.track_accuracy)},
          {"clip_balanced_accuracy", rounded(metrics.clip_averages.balanced_accuracy)},
          {"track_balanced_accuracy", rounded(metrics.track_averages.balanced_accuracy)},
          {"clip_macro_f1", rounded(metrics.clip_averages.macro_f1)},
          {"track_macro_f1", rounded(metrics.track_averages.macro_f1)},
          {"calibration_error", rounded(metrics.calibration_error)},
          {"track_calibration_error", rounded(metrics.track_calibration_error)}};
}

}  // namespace

std::string to_text(const Experiment& experiment, const dataset::Table& table) {
  const auto& [protocol, fit, validation, test, learned, n_known, by_data_set, thresholds,
               confidence, others, others_without_head, none] = experiment;
  std::string text = fmt::format("{}: trained on {} clips (", protocol, fit.n_train);
  for (const auto& [name, value] : fit.chosen) text += fmt::format("{} {}, ", name, value);
  text += fmt::format("temperature {:.2f}, window correlation {:.2f})\n", fit.temperature,
                      *fit.network.window_correlation);
  text += fmt::format("  validation {}\n", evaluate::summary(validation));
  if (test) text += fmt::format("  test       {}\n", evaluate::summary(*test));
  for (std::size_t i = 0; i < by_data_set.size(); ++i) {
    text += fmt::format("  {}: {}\n", table.data_sets[i], evaluate::summary(by_data_set[i]));
  }
  if (n_known > 0) {
    text += fmt::format(
        "  {} of the {} tracks of the {} part have the same audio as training data\n", n_known,
        test ? test->n_tracks : validation.n_tracks, test ? "test" : "validation");
  }
  if (confidence) text += fmt::format("  {}\n", evaluate::summary(*confidence));
  if (none) {
    text +=
        fmt::format("  none of these: AUC {:.3f} for {} tracks of the genres and {} of others\n",
                    none->auc, none->n_genre_tracks, none->n_other_tracks);
  }
  if (others) text += "  " + evaluate::others_summary(*others);
  if (others_without_head) {
    text += fmt::format(" ({:.0f} % without none of these)", 100 * others_without_head->share());
  }
  if (others) text += "\n";
  return text + evaluate::genre_table(test.value_or(validation), table.labels);
}

Json to_json(const Experiment& experiment) {
  Json json = {{"n_train", experiment.fit.n_train}};
  for (const auto& [name, value] : experiment.fit.chosen) json[name] = value;
  json["window_correlation"] = rounded(*experiment.fit.network.window_correlation);
  json["temperature"] = rounded(experiment.fit.temperature);
  json["validation"] = to_json(experiment.validation);
  if (experiment.test) json["test"] = to_json(*experiment.test);
  json["confident"] = experiment.confidence ? evaluate::to_json(*experiment.confidence) : Json();
  if (experiment.others) json["others"] = evaluate::to_json(*experiment.others);
  if (const auto& without = experiment.others_without_head) {
    json["others"]["confident_share_without_none"] = rounded(without->share());
  }
  if (const auto& none = experiment.none) {
    json["none"] = {{"auc", rounded(none->auc)},
                    {"n_tracks", none->n_genre_tracks},
                    {"n_other_tracks", none->n_other_tracks}};
  }
  return json;
}

Json to_json(const LearningCurve& curve) {
  // More points would not be visible at the width of the page.
  constexpr std::size_t kMostPoints = 200;
  const std::size_t step = (curve.points.size() + kMostPoints - 1) / kMostPoints;
  Json points = Json::array();
  for (std::size_t i = 0; i < curve.points.size(); i += step) {
    const auto& point = curve.points[i];
    points.push_back({rounded(point.step), rounded(point.train_loss),
                      rounded(point.validation_loss), rounded(point.validation_accuracy)});
  }
  return {{"step", curve.step}, {"points", std::move(points)}};
}

}  // namespace genre::train
