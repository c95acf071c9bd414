// A feature table: a CSV file with one row per clip.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dataset/csv_file.h"
#include "genre/features.h"
#include "genre/result.h"

namespace genre::dataset {

struct Row {
  std::string track;  // same for all clips of a recording; without a column, the line number
  std::size_t label;  // index into Table::labels
  std::vector<float> features;  // [n_features]
  std::string group =
      {};  // tracks that a split keeps together, such as an artist's; empty: unknown
  bool augmented = false;   // an augmented copy, for training only
  std::string source = {};  // the collection that the track comes from; empty: unknown
  // The first track with the same audio; empty: no other track has it.
  std::string recording = {};
  float weight = 1;          // in training, relative to other rows; above 0
  std::size_t data_set = 0;  // index into Table::data_sets
};

struct Table {
  std::string name;                 // file or folder name, without its path
  std::vector<std::string> labels;  // genres, sorted
  std::vector<Row> rows;
  // Music of none of the genres; their labels mean nothing.
  std::vector<Row> others = {};
  FeatureSet feature_set = FeatureSet::kGtzan26;
  // The rows have what a model says in place of features: AudioOptions::model.
  bool predicted = false;
  // The names of the data sets that make up the table; empty if it is only one.
  std::vector<std::string> data_sets = {};

  [[nodiscard]] std::size_t n_features() const {
    return rows.empty() ? feature_names(feature_set).size() : rows.front().features.size();
  }
};

// The last part of the path of a data set, also of one that ends with a slash.
[[nodiscard]] std::string data_set_name(const std::string& path);

// Columns, in any order: genre, the features of a feature set, and optionally track, artist and
// source; track-level metrics and split lists need track, or in its place file. values: the names
// of the columns in place of the features; empty: none. group: the name of the column with the
// groups, in place of artist; empty: artist, if there is one. A row without an artist belongs to
// the group of its source. Other columns are ignored. Quoting as in RFC 4180. Errors:
// kUnreadableFile; kBadTable, which names the line and column and the expected value.
[[nodiscard]] Result<Table> read_table(const std::string& path, const std::string& group = {});

// Reads the rest of a table whose header has been read.
[[nodiscard]] Result<Table> read_table(CsvFile csv, const std::string& group = {},
                                       const std::vector<std::string>& values = {});

}  // namespace genre::dataset
