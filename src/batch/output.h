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

// The result of a file, in the form that the output takes.
struct Record {
  std::string text;                      // kTable: lines, none of them cut
  nlohmann::ordered_json json;           // kJsonl: with the key "file"
  std::vector<std::vector<Value>> rows;  // kCsv, kSqlite: [n_rows, n_columns]
  bool unread = false;                   // the file could not be opened or read
};

struct OutputOptions {
  OutputFormat format = OutputFormat::kTable;
  std::string path = {};                  // empty: standard output
  bool resume = false;                    // continue an earlier run; not for kTable
  std::string table = {};                 // SQLite's name of it
  std::vector<std::string> columns = {};  // the first is "file", the last "error"
  std::size_t n_key = 1;                  // the first n_key columns identify a row
};

// Belongs to one thread at a time. Whenever the process ends, the file is valid up to some record.
// What an earlier run has left there stays until there is something to write: a record of a file
// that could be read. Records before it that have `unread` set wait for it. Where none follows, the
// earlier content stays.
class Output {
 public:
  virtual ~Output() = default;

  // Whether there was a record of the file when this was opened.
  [[nodiscard]] virtual bool has(std::string_view file) const = 0;

  // Error: kUnreadableFile where it cannot be written, as of finish.
  [[nodiscard]] virtual Result<void> write(const Record& record) = 0;
  [[nodiscard]] virtual Result<void> finish() = 0;

  // After finish: whether an earlier run's content stays, because this run had nothing to replace
  // it by.
  [[nodiscard]] virtual bool left_old() const = 0;
};

// SQLite needs a path. Errors: kUnreadableFile; kBadTable where an earlier run cannot be resumed,
// because the file has another form or other columns, and where the SQLite table is not genre's.
[[nodiscard]] Result<std::unique_ptr<Output>> open_output(const OutputOptions& options);

}  // namespace genre::batch
