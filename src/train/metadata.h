// What a model file says about its training.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dataset/table.h"
#include "train/experiment.h"
#include "train/options.h"

namespace genre::train {

// The metadata_props of a model, by key (metadata_key of genre/model.h). experiments: the model's
// own first, then those that were run only for their figures.
[[nodiscard]] std::map<std::string, std::string> model_metadata(
    const Options& options, const dataset::Table& table,
    const std::vector<Experiment>& experiments);

}  // namespace genre::train
