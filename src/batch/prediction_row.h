// A prediction as a row of a table.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "batch/output.h"

namespace genre::batch {

// "file", "genre", "certainty", "confident", "duration", a column a label, "error".
[[nodiscard]] std::vector<std::string> prediction_columns(const std::vector<std::string>& labels);

// prediction: as to_json makes it, whose genres are all of the labels.
[[nodiscard]] std::vector<Value> prediction_row(const std::string& file,
                                                const nlohmann::ordered_json& prediction,
                                                const std::vector<std::string>& labels);

// A file and why it could not be read, as JSON and as a row of so many columns.
[[nodiscard]] Record error_record(const std::string& file, std::string_view code,
                                  const std::string& message, std::size_t n_columns);

}  // namespace genre::batch
