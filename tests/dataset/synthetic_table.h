// A table that anyone could learn.
#pragma once

#include <cstddef>
#include <vector>

#include "dataset/table.h"

namespace genre::test {

// Three genres in turn, whose features lie around 0, 10 and 20; two clips a track.
[[nodiscard]] dataset::Table synthetic_table(std::size_t n_rows);

[[nodiscard]] std::vector<std::size_t> all_rows(const dataset::Table& table);

}  // namespace genre::test
