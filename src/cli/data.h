// Music whose genres are known, in whatever form it comes: for genre train and genre evaluate.
#pragma once

#include <string>

#include "dataset/folder.h"
#include "dataset/table.h"
#include "genre/result.h"

namespace genre::cli {

struct DataOptions {
  FolderOptions folder;
  std::string group;  // a column with the rows' groups; for a folder of music "folder"
};

// path: a folder with a sub-folder of music for each genre, a log-mel archive, or a feature table.
// Shows the progress of a folder, and lists what was skipped, on standard error.
[[nodiscard]] Result<Table> read_data(const std::string& path, const DataOptions& options);

}  // namespace genre::cli
