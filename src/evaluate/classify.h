// A model's certainties for the rows of a table.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "dataset/table.h"
#include "evaluate/metrics.h"
#include "genre/model.h"
#include "genre/result.h"

namespace genre::evaluate {

// The same rows with the labels of a model. Errors: kBadTable, naming a genre that the model does
// not know, or where the table has another feature set.
[[nodiscard]] Result<dataset::Table> with_labels(dataset::Table table, const ModelInfo& model);

// table: with the model's labels.
[[nodiscard]] Answers classify(const std::shared_ptr<const Model>& model,
                               const dataset::Table& table, std::span<const std::size_t> rows);

}  // namespace genre::evaluate
