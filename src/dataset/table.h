// A feature table: a CSV file with one row per clip.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "genre/features.h"
#include "genre/result.h"

namespace genre::dataset {

struct Row {
  std::string track;  // same for all clips of a recording; without a column, the line number
  std::size_t label;  // index into Table::labels
  std::vector<float> features;  // [n_features]
  std::string group = {};  // tracks that a split keeps together, such as an artist's; else track
  bool augmented = false;  // an augmented copy, for training only
};

struct Table {
  std::string name;                 // file or folder name, without its path
  std::vector<std::string> labels;  // genres, sorted
  std::vector<Row> rows;
  FeatureSet feature_set = FeatureSet::kGtzan26;

  [[nodiscard]] std::size_t n_features() const { return feature_names(feature_set).size(); }
};

// Columns, in any order: genre, the features of a feature set, and track, which is optional;
// track-level metrics and split lists need it. group: the name of the column with the groups;
// empty: none. Other columns are ignored. Quoting as in RFC 4180. Errors: kUnreadableFile;
// kBadTable, which names the line and column and the expected value.
[[nodiscard]] Result<Table> read_table(const std::string& path, const std::string& group = {});

}  // namespace genre::dataset
