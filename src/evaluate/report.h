// Metrics for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluate/metrics.h"
#include "genre/model.h"

namespace genre {

// What was measured on what.
struct Report {
  std::string model, trained_on, data, protocol;
  std::vector<std::string> labels;
  Metrics metrics;
};

// A line: accuracies of clips and tracks, and the calibration error.
[[nodiscard]] std::string summary(const Metrics& metrics);

// Precision, recall, F1 and the row of the confusion matrix of each genre, a line a genre.
[[nodiscard]] std::string genre_table(const Metrics& metrics,
                                      const std::vector<std::string>& labels);

// trained_on of a Report, from the model's own provenance.
[[nodiscard]] std::string training_data(const ModelInfo& model);

// Not empty where model and data have their data in common, by name.
[[nodiscard]] std::string warning(const Report& report);

[[nodiscard]] std::string to_text(const Report& report);

// {"model", "trained_on", "data", "protocol", "warning", "n_clips", "n_tracks", "clip_accuracy",
// "clip_interval": [low, high], "track_accuracy", "track_interval", "calibration_error",
// "reliability": [{"n_clips", "certainty", "accuracy"}], "genres": [{"genre", "precision",
// "recall", "f1"}], "confusion":
// [[...]]}; shares to four decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report);

// A page that needs nothing but itself.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace genre
