// Which rows of which folds a learner uses.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "train/learner.h"

namespace genre::train {

// The indices of the folds that are not among these.
[[nodiscard]] std::vector<std::size_t> other_folds(const Folds& folds,
                                                   std::span<const std::size_t> which);

// The rows of the folds `used` that are related to one of the folds `held_out`. Sorted.
[[nodiscard]] Rows related_rows(const Folds& folds, std::span<const std::size_t> used,
                                std::span<const std::size_t> held_out);

// The rows of the folds `used` that are not related to one of the folds `held_out`.
[[nodiscard]] Rows rows_to_use(const Folds& folds, std::span<const std::size_t> used,
                               std::span<const std::size_t> held_out);

}  // namespace genre::train
