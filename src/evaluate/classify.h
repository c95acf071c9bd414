// Predicts the rows of a table.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"
#include "genre/model.h"
#include "genre/result.h"

namespace genre::evaluate {

// Converts the labels of a table to those of a model. Error: kBadTable if the model does not know a
// genre, which the message names, or if the feature sets differ.
[[nodiscard]] Result<dataset::Table> with_labels(dataset::Table table, const ModelInfo& model);

// Returns the certainties and novelties of the rows, or takes them from a table that has them in
// place of features. table must have the labels of the model.
[[nodiscard]] Predictions classify(const std::shared_ptr<const Model>& model,
                                   const dataset::Table& table, std::span<const std::size_t> rows);

}  // namespace genre::evaluate
