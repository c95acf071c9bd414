// Splits the rows of a table into training, validation and test sets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/groups.h"
#include "dataset/table.h"

namespace genre::dataset {

// Row indices. test may be empty.
struct Split {
  std::vector<std::size_t> train, validation, test;
  bool apart = true;  // no group is in two of the sets
};

// Draws rows at random and ignores tracks, so clips of one song can be in both sets. Leaves out
// augmented rows. If n_train and n_validation are 0, nine tenths of the rows train; if one of the
// two is 0, it is the number of the remaining rows. Error: kBadTable if the table is too small.
[[nodiscard]] Result<Split> random_clip_split(const Table& table, std::size_t n_train,
                                              std::size_t n_validation, std::uint64_t seed);

// Draws whole tracks or groups at random: a tenth of each genre, and at least one unit, for
// validation, as many for the test, and the rest for training. No song is in two sets; an artist
// can be, unless the groups are artists. Error: kBadTable, which names a genre with fewer than
// three units.
[[nodiscard]] Result<Split> track_split(const Table& table, std::uint64_t seed,
                                        Unit unit = Unit::kGroup);

// One of the parts of a cross-validation.
struct Fold {
  std::vector<std::size_t> rows;
  // Rows of other folds that must not be trained on when this fold is predicted.
  std::vector<std::size_t> related = {};
};

// Folds of about equal size, with each genre spread evenly over them and no unit in two folds.
// Fewer than n_folds if there are fewer units. A group can be in several sources: rows of other
// folds with a group of the fold are related. Error: kBadTable for fewer than two units.
[[nodiscard]] Result<std::vector<Fold>> unit_folds(const Table& table,
                                                   std::span<const std::size_t> rows,
                                                   std::size_t n_folds, std::uint64_t seed,
                                                   Unit unit);

// The rows that are not augmented.
[[nodiscard]] std::vector<std::size_t> originals(const Table& table,
                                                 std::span<const std::size_t> rows);

// Splits the rows by published lists of tracks: one track per line, such as
// "blues/blues.00012.wav". Only the file name without its extension counts. Tracks on no list are
// left out. Errors: kUnreadableFile; kBadTable if a track is on two lists, or if the table has none
// of the tracks of a list.
struct SplitLists {
  std::string train, validation, test;  // paths
};
[[nodiscard]] Result<Split> list_split(const Table& table, const SplitLists& lists);

// The rows of the tracks on one list. Errors: as above.
[[nodiscard]] Result<std::vector<std::size_t>> rows_on_list(const Table& table,
                                                            const std::string& list);

// Fisher-Yates shuffle with mt19937_64: unlike std::shuffle, the same with every standard library.
void shuffle(std::vector<std::size_t>& values, std::uint64_t seed);

}  // namespace genre::dataset
