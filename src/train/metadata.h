// The metadata of a model about its training.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dataset/table.h"
#include "train/experiment.h"
#include "train/options.h"

namespace genre::train {

// The metadata_props of a model, by key (metadata_key of genre/model.h). experiments: first that of
// the model, then those that were run only for their metrics.
[[nodiscard]] std::map<std::string, std::string> model_metadata(
    const Options& options, const dataset::Table& table,
    const std::vector<Experiment>& experiments);

}  // namespace genre::train
