// A feature table: a CSV file with a row a clip.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "genre/features.h"
#include "genre/result.h"

namespace genre::dataset {

struct Row {
  std::string track;  // clips of one recording share it; the row's number where there is no column
  std::size_t label;  // index into Table::labels
  std::vector<float> features;  // [n_features]
  std::string group = {};       // of tracks not to be parted, such as an artist's; else the track
  bool augmented = false;       // changed as recordings are: to train on, not to measure on
};

struct Table {
  std::string name;                 // of the file or folder, without its folders
  std::vector<std::string> labels;  // genres, sorted
  std::vector<Row> rows;
  FeatureSet feature_set = FeatureSet::kGtzan26;

  [[nodiscard]] std::size_t n_features() const { return feature_names(feature_set).size(); }
};

// Columns, in any order: genre, the names of a feature set, and track if track-level figures or
// split lists are wanted; group names the column with the rows' groups, if any; others are ignored.
// Quoting as in RFC 4180. Errors: kUnreadableFile; kBadTable, naming the line and column and what
// would be right.
[[nodiscard]] Result<Table> read_table(const std::string& path, const std::string& group = {});

}  // namespace genre::dataset
