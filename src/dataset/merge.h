// Several tables as one.
#pragma once

#include <vector>

#include "dataset/folder.h"
#include "genre/result.h"

namespace genre::dataset {

// tables: at least one, in the order of Table::data_sets. The tracks of several tables are named
// after their table too, and a row without a source gets the name of its table as source. Error:
// kBadTable if the feature sets differ.
[[nodiscard]] Result<FolderTable> merge(std::vector<FolderTable> tables);

// Moves the rows of genres that begin with kOther to Table::others. Error: kBadTable if fewer than
// two genres are left.
[[nodiscard]] Result<void> separate_others(Table& table);

// A table whose rows are the others of this one that are not augmented.
[[nodiscard]] Table table_of_others(const Table& table);

}  // namespace genre::dataset
