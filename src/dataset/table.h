// A feature table: a CSV file with a row a clip.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "genre/features.h"
#include "genre/result.h"

namespace genre {

struct Row {
  std::string track;  // clips of one recording share it; the row's number where there is no column
  std::size_t label;  // index into Table::labels
  std::array<float, kGtzan26Size> features;
};

struct Table {
  std::string name;                 // of the file, without its folders
  std::vector<std::string> labels;  // genres, sorted
  std::vector<Row> rows;
};

// Columns, in any order: genre, the 26 names of gtzan26, and track if track-level figures or split
// lists are wanted; others are ignored. Quoting as in RFC 4180. Errors: kUnreadableFile; kBadTable,
// naming the line and column and what would be right.
[[nodiscard]] Result<Table> read_table(const std::string& path);

}  // namespace genre
