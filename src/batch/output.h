// Where the results of many files go: a file, or standard output, that grows by a record a file.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "genre/result.h"

namespace genre::batch {

using Value = std::variant<std::monostate, bool, float, double, std::string>;  // monostate: none

enum class OutputFormat { kTable, kJsonl, kCsv, kSqlite };

// What is said of a file, in the form that the output takes.
struct Record {
  std::string text;                      // kTable: lines, none of them cut
  nlohmann::ordered_json json;           // kJsonl: with the key "file"
  std::vector<std::vector<Value>> rows;  // kCsv, kSqlite: [n_rows, n_columns]
};

struct OutputOptions {
  OutputFormat format = OutputFormat::kTable;
  std::string path = {};   // empty: standard output
  bool resume = false;     // go on behind what is there, instead of from the start; not of kTable
  std::string table = {};  // the name of SQLite's
  std::vector<std::string> columns = {};  // the first is "file"
  std::size_t n_key = 1;                  // so many of the first columns name a row
};

// Belongs to one thread at a time. Whenever the process ends, the file is valid up to some record.
class Output {
 public:
  virtual ~Output() = default;

  // Whether there was a record of the file when this was opened.
  [[nodiscard]] virtual bool has(std::string_view file) const = 0;

  // Error: kUnreadableFile where it cannot be written, as of finish.
  [[nodiscard]] virtual Result<void> write(const Record& record) = 0;
  [[nodiscard]] virtual Result<void> finish() = 0;
};

// SQLite needs a path. Errors: kUnreadableFile, and kBadTable where what is to be resumed is not of
// this form or has other columns.
[[nodiscard]] Result<std::unique_ptr<Output>> open_output(const OutputOptions& options);

}  // namespace genre::batch
