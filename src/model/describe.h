// A model in words, for people: GET /v1/models/NAME and genre model.
#pragma once

#include <nlohmann/json.hpp>

#include "genre/model.h"

namespace genre::model {

// The input's name and what it takes, with the keys of the metadata genre.inputs.
[[nodiscard]] nlohmann::ordered_json to_json(const ModelInput& input);

// {"name", "feature_set", "pad_mode", "inputs": [{"name", "shape", and what it takes}], "window",
// "hop", "labels", "none_of_these", "confident", "provenance", "figures"}. feature_set and pad_mode
// are those of the first input that takes features, else null.
[[nodiscard]] nlohmann::ordered_json describe(const ModelInfo& model);

}  // namespace genre::model
