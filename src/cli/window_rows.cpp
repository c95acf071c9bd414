#include "cli/window_rows.h"

#include "batch/prediction_row.h"

namespace genre::cli {

std::vector<std::string> window_columns(std::span<const std::string> names) {
  std::vector<std::string> columns = {"file", "start", "end"};
  columns.insert(columns.end(), names.begin(), names.end());
  columns.emplace_back("warnings");
  columns.emplace_back("error");
  return columns;
}

std::vector<std::vector<batch::Value>> window_cells(const std::string& file,
                                                    std::span<const WindowRow> rows,
                                                    std::span<const Warning> warnings) {
  std::vector<std::vector<batch::Value>> cells;
  for (const WindowRow& row : rows) {
    auto& values = cells.emplace_back(std::vector<batch::Value>{file, row.start, row.end});
    values.insert(values.end(), row.values.begin(), row.values.end());
    // The warnings are about the file, so the first row has them.
    values.push_back(cells.size() == 1 ? batch::warnings_cell(warnings) : batch::Value());
    values.emplace_back();
  }
  return cells;
}

}  // namespace genre::cli
