// Experiments as text and as JSON for the metadata of a model.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "train/experiment.h"

namespace genre::train {

// Several lines: sizes, chosen values, accuracies, and a table of the genres with their confusion.
[[nodiscard]] std::string to_text(const Experiment& experiment, const dataset::Table& table);

// {"n_train", the chosen values, "temperature", "validation": {"n_clips", "n_tracks",
// "clip_accuracy", "track_accuracy", "clip_balanced_accuracy", "track_balanced_accuracy",
// "clip_macro_f1", "track_macro_f1", "calibration_error", "track_calibration_error"}, "test": the
// same if there is one, "confident": null or {"clip_share", "clip_accuracy", "track_share",
// "track_accuracy"}, "others": {"n_tracks",
// "confident_share", and "confident_share_without_none" with a head} if there is music of none of
// the genres, "none": {"auc", "n_tracks", "n_other_tracks"} if there is a head}; to four decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Experiment& experiment);

// {"step", "points": [[step, train loss, validation loss, validation accuracy]]}, at most 200.
[[nodiscard]] nlohmann::ordered_json to_json(const LearningCurve& curve);

}  // namespace genre::train
