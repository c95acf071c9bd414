// Which rows of a table train, which choose the epoch, which are the test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dataset/table.h"

namespace genre::dataset {

// Indices of rows. test may be empty.
struct Split {
  std::vector<std::size_t> train, validation, test;
  bool apart = true;  // no group stands on two sides
};

// Rows drawn at random, without regard to tracks: clips of one song come to stand on both sides.
// Augmented rows are left out.
// n_train or n_validation 0: nine tenths of the table, or what is left. Error: kBadTable where the
// table is too small.
[[nodiscard]] Result<Split> random_clip_split(const Table& table, std::size_t n_train,
                                              std::size_t n_validation, std::uint64_t seed);

// Whole groups (tracks, where there are no others) drawn at random, of each genre a tenth (and at
// least one) to validate, as much to test, the others to train: no song stands on two sides, though
// an artist may if groups are not artists. Error: kBadTable, naming a genre of fewer than three.
[[nodiscard]] Result<Split> track_split(const Table& table, std::uint64_t seed);

// Parts of about equal size, each genre spread evenly over them, no group over two of them. Fewer
// than n_folds where there are fewer groups. Error: kBadTable for fewer than two groups.
[[nodiscard]] Result<std::vector<std::vector<std::size_t>>> group_folds(
    const Table& table, std::span<const std::size_t> rows, std::size_t n_folds, std::uint64_t seed);

// Those of the rows that are not augmented.
[[nodiscard]] std::vector<std::size_t> originals(const Table& table,
                                                 std::span<const std::size_t> rows);

// Rows by published lists of tracks: a line a track, like "blues/blues.00012.wav", of which the
// file name without its extension counts. Tracks on no list are left out. Errors: kUnreadableFile;
// kBadTable for a track on two lists, or a list none of whose tracks is in the table.
struct SplitLists {
  std::string train, validation, test;  // paths
};
[[nodiscard]] Result<Split> list_split(const Table& table, const SplitLists& lists);

// The rows of the tracks on one such list. Errors as above.
[[nodiscard]] Result<std::vector<std::size_t>> rows_on_list(const Table& table,
                                                            const std::string& list);

// A shuffle that is the same with every standard library (Fisher and Yates, mt19937_64).
void shuffle(std::vector<std::size_t>& values, std::uint64_t seed);

}  // namespace genre::dataset
