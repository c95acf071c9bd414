#include "train/held_out.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "dataset/groups.h"
#include "dataset/split.h"
#include "train/folds.h"

namespace genre::train {
namespace {

using dataset::Unit;

// Whether every unit that is in two folds is related to the one where it is not.
bool are_apart(const dataset::Table& table, const Folds& folds, Unit unit) {
  std::map<std::string, std::vector<std::size_t>> folds_of;  // sorted, without repetition
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    for (const std::size_t row : folds[fold].rows) {
      auto& of_unit = folds_of[dataset::unit_of(table.rows[row], unit)];
      if (of_unit.empty() || of_unit.back() != fold) of_unit.push_back(fold);
    }
  }
  std::vector<Rows> related;
  for (const dataset::Fold& fold : folds) {
    related.push_back(fold.related);
    std::ranges::sort(related.back());
  }
  for (std::size_t own = 0; own < folds.size(); ++own) {
    for (const std::size_t row : folds[own].rows) {
      for (const std::size_t fold : folds_of.at(dataset::unit_of(table.rows[row], unit))) {
        if (fold != own && !std::ranges::binary_search(related[fold], row)) return false;
      }
    }
  }
  return true;
}

}  // namespace

bool knows_sources(const dataset::Table& table) { return dataset::count_sources(table) >= 2; }

bool leave_training_rows(const Folds& folds) {
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    const std::array held_out = {fold};
    if (rows_to_use(folds, other_folds(folds, held_out), held_out).empty()) return false;
  }
  return true;
}

Result<Folds> strictest_folds(const dataset::Table& table, std::span<const std::size_t> rows,
                              std::size_t n_folds, std::uint64_t seed) {
  for (const Unit unit : {Unit::kSource, Unit::kGroup}) {
    if (unit == Unit::kSource && !knows_sources(table)) continue;
    // The rows can be of one source or group, although the table has several.
    auto folds = dataset::unit_folds(table, rows, n_folds, seed, unit);
    if (folds && leave_training_rows(*folds)) return folds;
  }
  return dataset::unit_folds(table, rows, n_folds, seed, Unit::kTrack);
}

bool are_held_out(const dataset::Table& table, const Folds& folds) {
  const bool sources = knows_sources(table);
  if (!sources && !dataset::knows_groups(table)) return false;
  return are_apart(table, folds, Unit::kGroup) &&
         (!sources || are_apart(table, folds, Unit::kSource));
}

}  // namespace genre::train
