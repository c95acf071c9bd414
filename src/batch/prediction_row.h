// Converts predictions to rows of a table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch/output.h"
#include "genre/predictor.h"

namespace genre::batch {

// "file", "genre", "certainty", "confident", "duration", one column per label, "warnings", "error".
[[nodiscard]] std::vector<std::string> prediction_columns(const std::vector<std::string>& labels);

// labels: the order of the columns. Numbers are rounded like those of predict::to_json. Throws
// std::invalid_argument if the prediction lacks a label.
[[nodiscard]] std::vector<Value> prediction_row(const std::string& file,
                                                const Prediction& prediction,
                                                const std::vector<std::string>& labels);

// The value of the column "warnings": JSON text; none if there are none.
[[nodiscard]] Value warnings_cell(std::span<const Warning> warnings);

// The record of a file that failed, as JSON and as a row of n_columns.
[[nodiscard]] Record error_record(const std::string& file, std::string_view code,
                                  const std::string& message, std::size_t n_columns);

}  // namespace genre::batch
