// The output of a batch: a file or standard output, with one record per audio file.
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

enum class OutputFormat { kTable, kJsonl, kCsv, kSqlite, kNpy };

// The result of a file. Only the field of the output's format is used.
struct Record {
  std::string text;                      // kTable: complete lines; kNpy: an array's bytes
  nlohmann::ordered_json json;           // kJsonl: with the key "file"
  std::vector<std::vector<Value>> rows;  // kCsv, kSqlite: [n_rows, n_columns]
  bool unread = false;                   // the file could not be opened or read
};

struct OutputOptions {
  OutputFormat format = OutputFormat::kTable;
  std::string path = {};                  // empty: standard output
  bool resume = false;                    // continue an earlier run; not for kTable
  std::string table = {};                 // kSqlite: name of the table
  std::vector<std::string> columns = {};  // the first is "file", the last "error"
  std::size_t n_key = 1;                  // the first n_key columns identify a row
};

// Not thread-safe. If the process is killed, the file is valid up to some record. The content of an
// earlier run stays until the first record of a file that could be read; records with `unread` set
// are held back until then. Without such a record, the earlier content stays.
class Output {
 public:
  virtual ~Output() = default;

  // Whether the output already had a record of the file when it was opened.
  [[nodiscard]] virtual bool has(std::string_view file) const = 0;

  // Error of write and finish: kUnreadableFile if the output cannot be written.
  [[nodiscard]] virtual Result<void> write(const Record& record) = 0;
  [[nodiscard]] virtual Result<void> finish() = 0;

  // After finish: whether the content of an earlier run stays because this run could read no file.
  [[nodiscard]] virtual bool left_old() const = 0;
};

// kSqlite needs a path. Errors: kUnreadableFile; kBadTable if an earlier run cannot be resumed,
// because the file has another format or other columns, or if genre did not write the SQLite table.
[[nodiscard]] Result<std::unique_ptr<Output>> open_output(const OutputOptions& options);

}  // namespace genre::batch
