// The rows of a table with numbers for each window of each file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "batch/output.h"
#include "genre/audio.h"

namespace genre::cli {

struct WindowRow {
  double start, end;  // s
  std::vector<float> values;
};

// file, start, end, the names of the values, warnings, error.
[[nodiscard]] std::vector<std::string> window_columns(std::span<const std::string> names);

// The cells of a file's windows in these columns.
[[nodiscard]] std::vector<std::vector<batch::Value>> window_cells(
    const std::string& file, std::span<const WindowRow> rows, std::span<const Warning> warnings);

}  // namespace genre::cli
