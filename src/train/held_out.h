// Folds that are as far apart as the data allows, and whether folds are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "dataset/table.h"
#include "genre/result.h"
#include "train/learner.h"

namespace genre::train {

// Whether a source can be left out: there are at least two.
[[nodiscard]] bool knows_sources(const dataset::Table& table);

// Whether rows are left to train on when one of the folds is predicted.
[[nodiscard]] bool leave_training_rows(const Folds& folds);

// Folds of whole sources if the rows are of several; else of whole groups, or of whole tracks if
// there are no groups. Error: kBadTable for fewer than two tracks.
[[nodiscard]] Result<Folds> strictest_folds(const dataset::Table& table,
                                            std::span<const std::size_t> rows, std::size_t n_folds,
                                            std::uint64_t seed);

// Whether groups or sources are known, and no network that predicts one of the folds has learned
// from its groups, nor from its sources.
[[nodiscard]] bool are_held_out(const dataset::Table& table, const Folds& folds);

}  // namespace genre::train
