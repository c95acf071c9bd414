// Formats metrics as text, JSON and HTML.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/metrics.h"
#include "genre/model.h"

namespace genre::evaluate {

// The metrics of the same training under another protocol.
struct ProtocolMetrics {
  std::string protocol;
  Metrics metrics;
};

// The metrics of a model on a data set.
struct Report {
  std::string model, trained_on, data, protocol;
  std::vector<std::string> labels;
  Metrics metrics;
  std::optional<ConfidentMetrics> confidence;  // if the model has thresholds of confidence
  nlohmann::json learning_curve = {};          // as in genre.provenance; null: unknown
  std::vector<ProtocolMetrics> beside = {};    // for comparison
  // Of tracks of none of the genres: how many the model is confident of.
  std::optional<ConfidentMetrics::Count> others = {};
  std::optional<std::size_t> n_known_tracks = {};  // the model was trained on; nothing: unknown
};

// One line: accuracies of clips and tracks, and the calibration errors.
[[nodiscard]] std::string summary(const Metrics& metrics);

// One line: of how many tracks of none of the genres the model is confident.
[[nodiscard]] std::string others_summary(const ConfidentMetrics::Count& others);

// {"n_tracks", "confident_share"}
[[nodiscard]] nlohmann::ordered_json to_json(const ConfidentMetrics::Count& others);

// One line: the share of confident predictions, and their accuracy.
[[nodiscard]] std::string summary(const ConfidentMetrics& confidence);

// Precision, recall, F1 and the row of the confusion matrix, one line per genre.
[[nodiscard]] std::string genre_table(const Metrics& metrics,
                                      const std::vector<std::string>& labels);

// Report::trained_on, from the model's provenance.
[[nodiscard]] std::string training_data(const ModelInfo& model);

// From the model's provenance: {"step", "points": [[step, train loss, validation loss, validation
// accuracy]]}; null if it has none.
[[nodiscard]] nlohmann::json learning_curve(const ModelInfo& model);

// A warning if the model was trained on some of the tracks, or, if that is unknown, on data of the
// same name; else empty.
[[nodiscard]] std::string warning(const Report& report);

[[nodiscard]] std::string to_text(const Report& report);

// {"model", "trained_on", "data", "protocol", "warning", "n_known_tracks" (null: unknown),
// "n_clips", "n_tracks", "clip_accuracy", "clip_interval": [low, high], "track_accuracy",
// "track_interval", "clip_balanced_accuracy", "track_balanced_accuracy", "clip_macro_f1",
// "track_macro_f1", "calibration_error", "track_calibration_error", "reliability": [{"n_clips",
// "certainty", "accuracy"}], "genres": [{"genre", "precision", "recall", "f1"}], "confusion":
// [[...]] of clips, "track_confusion": [[...]], "certainty_curve": null or {"auc",
// "average_precision", "points": [[threshold, recall, false positive rate, precision]]},
// "confident": null or {"clip_share", "clip_accuracy", "track_share", "track_accuracy"}, "others":
// null or of music of none of the genres
// {"n_tracks", "confident_share"}}; shares
// are rounded to four decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report);

[[nodiscard]] nlohmann::ordered_json to_json(const ConfidentMetrics& confidence);

// A self-contained page.
[[nodiscard]] std::string to_html(const Report& report);

}  // namespace genre::evaluate
