// A prediction as a row of a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batch/output.h"
#include "genre/predictor.h"

namespace genre::batch {

// "file", "genre", "certainty", "confident", "duration", a column a label, "error".
[[nodiscard]] std::vector<std::string> prediction_columns(const std::vector<std::string>& labels);

// labels: the order of the columns. Numbers are rounded as predict::to_json has them. Throws
// std::invalid_argument where the prediction lacks a label.
[[nodiscard]] std::vector<Value> prediction_row(const std::string& file,
                                                const Prediction& prediction,
                                                const std::vector<std::string>& labels);

// A file and why it has no result, as JSON and as a row of n_columns.
[[nodiscard]] Record error_record(const std::string& file, std::string_view code,
                                  const std::string& message, std::size_t n_columns);

}  // namespace genre::batch
