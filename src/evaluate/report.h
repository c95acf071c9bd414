// Metrics for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/metrics.h"
#include "genre/model.h"

namespace genre::evaluate {

// What was measured on what.
struct Report {
  std::string model, trained_on, data, protocol;
  std::vector<std::string> labels;
  Metrics metrics;
  std::optional<ConfidentMetrics> confidence;  // if the model says when it is confident
  nlohmann::json learning_curve = {};          // as in genre.provenance; null: unknown
};

// A line: accuracies of clips and tracks, and the calibration error.
[[nodiscard]] std::string summary(const Metrics& metrics);

// A line: how many answers the model is confident of, and how often it is right then.
[[nodiscard]] std::string summary(const ConfidentMetrics& confidence);

// Precision, recall, F1 and the row of the confusion matrix of each genre, a line a genre.
[[nodiscard]] std::string genre_table(const Metrics& metrics,
                                      const std::vector<std::string>& labels);

// trained_on of a Report, from the model's own provenance.
[[nodiscard]] std::string training_data(const ModelInfo& model);

// Of a model's provenance: {"step", "points": [[step, train loss, validation loss, validation
// accuracy]]}; null where it has none.
[[nodiscard]] nlohmann::json learning_curve(const ModelInfo& model);

// Not empty where model and data have their data in common, by name.
[[nodiscard]] std::string warning(const Report& report);

[[nodiscard]] std::string to_text(const Report& report);

// {"model", "trained_on", "data", "protocol", "warning", "n_clips", "n_tracks", "clip_accuracy",
// "clip_interval": [low, high], "track_accuracy", "track_interval", "calibration_error",
// "track_calibration_error",
// "reliability": [{"n_clips", "certainty", "accuracy"}], "genres": [{"genre", "precision",
// "recall", "f1"}], "confusion": [[...]], "confident": null or {"clip_share", "clip_accuracy",
// "track_share", "track_accuracy"}}; shares to four decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report);

[[nodiscard]] nlohmann::ordered_json to_json(const ConfidentMetrics& confidence);

// A page that needs nothing but itself.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace genre::evaluate
