// Tracks with the same audio.
#pragma once

#include <string>
#include <vector>

#include "dataset/table.h"

namespace genre::dataset {

struct Duplicate {
  std::string track, same_as;
  std::string genre, other_genre;  // of track and of same_as
};

// Finds the tracks that sound like an earlier one, and keeps each on the side of that one in every
// split: Row::recording, and Row::group if it has one.
[[nodiscard]] std::vector<Duplicate> join_duplicates(Table& table);

// As text, one per line; empty if there are none.
[[nodiscard]] std::string notes(const std::vector<Duplicate>& duplicates);

}  // namespace genre::dataset
