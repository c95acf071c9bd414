// Experiments for people and for a model's metadata.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "train/experiment.h"

namespace genre::train {

// Several lines: sizes, accuracies, and a table of the genres with their confusion.
[[nodiscard]] std::string to_text(const Experiment& experiment, const Table& table);

// {"n_train", "best": {"epoch", "validation": {"n_clips", "n_tracks", "clip_accuracy",
// "track_accuracy", "calibration_error"}, "test": the same}, "last": the same as best}; accuracies
// to four decimals.
[[nodiscard]] nlohmann::ordered_json to_json(const Experiment& experiment);

}  // namespace genre::train
