// A table that anyone could learn.
#pragma once

#include "train/table.h"

namespace genre::train::test {

// Three genres in turn, whose features lie around 0, 10 and 20; two clips a track.
[[nodiscard]] Table synthetic_table(std::size_t n_rows);

}  // namespace genre::train::test
