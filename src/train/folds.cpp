#include "train/folds.h"

#include <algorithm>
#include <iterator>

namespace genre::train {

std::vector<std::size_t> other_folds(const Folds& folds, std::span<const std::size_t> which) {
  std::vector<std::size_t> others;
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    if (std::ranges::find(which, fold) == which.end()) others.push_back(fold);
  }
  return others;
}

Rows related_rows(const Folds& folds, std::span<const std::size_t> used,
                  std::span<const std::size_t> held_out) {
  Rows candidates, rows;
  for (const std::size_t fold : held_out) {
    const Rows& related = folds[fold].related;
    candidates.insert(candidates.end(), related.begin(), related.end());
  }
  std::ranges::sort(candidates);
  for (const std::size_t fold : used) {
    std::ranges::copy_if(folds[fold].rows, std::back_inserter(rows), [&](std::size_t row) {
      return std::ranges::binary_search(candidates, row);
    });
  }
  std::ranges::sort(rows);
  return rows;
}

Rows rows_to_use(const Folds& folds, std::span<const std::size_t> used,
                 std::span<const std::size_t> held_out) {
  const Rows left_out = related_rows(folds, used, held_out);
  Rows rows;
  for (const std::size_t fold : used) {
    std::ranges::copy_if(folds[fold].rows, std::back_inserter(rows), [&](std::size_t row) {
      return !std::ranges::binary_search(left_out, row);
    });
  }
  return rows;
}

}  // namespace genre::train
