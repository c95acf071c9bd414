// Reads a CSV file with a header, line by line.
#pragma once

#include <cstddef>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "base/csv.h"
#include "genre/result.h"

namespace genre::dataset {

class CsvFile {
 public:
  // Reads the header. Quoting as in RFC 4180, but a field has no line breaks. Errors:
  // kUnreadableFile; kBadTable for an empty file and for a header with an unclosed quote.
  [[nodiscard]] static Result<CsvFile> open(const std::string& path);

  [[nodiscard]] const std::string& name() const { return name_; }  // without the folder
  [[nodiscard]] const base::Fields& header() const { return header_; }
  [[nodiscard]] std::optional<std::size_t> find(const std::string& column) const;

  // Reads the next line that is not empty; false at the end of the file. Error: kBadTable, which
  // names the line, if it does not have as many fields as the header.
  [[nodiscard]] Result<bool> next();

  // Of the current line. field() of a column that the header lacks is empty.
  [[nodiscard]] std::size_t line_number() const { return line_number_; }
  [[nodiscard]] const std::string& operator[](std::size_t column) const { return fields_[column]; }
  [[nodiscard]] std::string field(const std::string& column) const;

  // kBadTable, with the name of the file in front.
  [[nodiscard]] tl::unexpected<Error> error(const std::string& why) const;

 private:
  CsvFile() = default;

  std::string name_;
  std::ifstream file_;
  base::Fields header_, fields_;
  std::map<std::string, std::size_t> position_;  // of each column
  std::size_t line_number_ = 1;
};

}  // namespace genre::dataset
