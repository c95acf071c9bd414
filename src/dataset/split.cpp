#include "dataset/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <sstream>
#include <utility>

#include "base/bytes.h"
#include "base/files.h"

namespace genre::dataset {
namespace {

// The track names on a list.
Result<std::set<std::string>> read_list(const std::string& path) {
  const auto bytes = base::read_file(path);
  if (!bytes) {
    return fail(bytes.error().code, fmt::format("{}: {}", path, bytes.error().message));
  }
  std::istringstream lines{std::string(base::as_text(*bytes))};
  std::set<std::string> tracks;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) tracks.insert(track_name(line));
  }
  return tracks;
}

}  // namespace

void shuffle(std::vector<std::size_t>& values, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random() % i]);
}

Result<Split> random_clip_split(const Table& table, std::size_t n_train, std::size_t n_validation,
                                std::uint64_t seed) {
  std::vector<std::size_t> order(table.rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  order = originals(table, order);
  const std::size_t n_rows = order.size();
  if (n_train == 0 && n_validation == 0) n_train = n_rows * 9 / 10;
  if (n_train == 0) n_train = n_rows - std::min(n_rows, n_validation);
  if (n_validation == 0) n_validation = n_rows - std::min(n_rows, n_train);
  if (n_train == 0 || n_validation == 0 || n_train + n_validation > n_rows) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{} has {} rows: too few for {} training and {} validation rows",
                            table.name, n_rows, n_train, n_validation));
  }
  shuffle(order, seed);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(n_train);
  return Split{.train = {order.begin(), middle},
               .validation = {middle, middle + static_cast<std::ptrdiff_t>(n_validation)},
               .test = {},
               .apart = false};
}

Result<Split> track_split(const Table& table, std::uint64_t seed, Unit unit) {
  std::vector<std::vector<std::string>> groups_of(table.labels.size());  // of each genre, by name
  {
    std::set<std::pair<std::size_t, std::string>> groups;
    for (const Row& row : table.rows) groups.emplace(row.label, unit_of(row, unit));
    for (const auto& [label, group] : groups) groups_of[label].push_back(group);
  }
  Split split;
  std::map<std::string, std::vector<std::size_t>*> part_of;
  for (std::size_t label = 0; label < groups_of.size(); ++label) {
    const std::size_t n_groups = groups_of[label].size();
    if (n_groups < 3) {
      return fail(
          ErrorCode::kBadTable,
          fmt::format("{}: {} has {} tracks; each genre needs at least three: for training, "
                      "validation and test",
                      table.name, table.labels[label], n_groups));
    }
    std::vector<std::size_t> order(n_groups);
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, seed + label);
    const std::size_t tenth = std::max<std::size_t>(1, n_groups / 10);
    for (std::size_t i = 0; i < n_groups; ++i) {
      auto& part = i < tenth ? split.validation : i < 2 * tenth ? split.test : split.train;
      part_of.emplace(groups_of[label][order[i]],
                      &part);  // a group of several genres stays in one set
    }
  }
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    part_of.at(unit_of(table.rows[row], unit))->push_back(row);
  }
  return split;
}

namespace {

using Units = std::map<std::string, std::vector<std::size_t>>;  // the rows of each unit

// Assigns the largest units first, each to the fold where its genres are rarest so far, like
// scikit-learn's StratifiedGroupKFold.
std::vector<Fold> assign(const Table& table, const Units& by_name, std::size_t n_folds,
                         std::uint64_t seed) {
  std::vector<const std::vector<std::size_t>*> units;
  std::vector<double> total(table.labels.size());  // rows of each genre
  for (const auto& [name, members] : by_name) {
    units.push_back(&members);
    for (const std::size_t row : members) total[table.rows[row].label] += 1;
  }
  std::vector<std::size_t> order(units.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, seed);
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::size_t i) { return units[i]->size(); });

  std::vector<Fold> folds(n_folds);
  std::vector<std::vector<double>> load(n_folds, std::vector<double>(table.labels.size()));
  for (const std::size_t i : order) {
    // How full a fold is with the genres of this unit. Ties go to the smallest fold.
    const auto crowd = [&](std::size_t fold) {
      double sum = 0;
      for (const std::size_t row : *units[i]) {
        const std::size_t label = table.rows[row].label;
        sum += load[fold][label] / total[label];
      }
      return std::pair(sum, folds[fold].rows.size());
    };
    std::size_t best = 0;
    for (std::size_t fold = 1; fold < n_folds; ++fold) {
      if (crowd(fold) < crowd(best)) best = fold;
    }
    for (const std::size_t row : *units[i]) {
      load[best][table.rows[row].label] += 1;
      folds[best].rows.push_back(row);
    }
  }
  for (Fold& fold : folds) std::ranges::sort(fold.rows);
  return folds;
}

void add_related(const Table& table, std::vector<Fold>& folds) {
  std::map<std::string, std::set<std::size_t>> folds_of;  // by group
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    for (const std::size_t row : folds[fold].rows) {
      folds_of[unit_of(table.rows[row], Unit::kGroup)].insert(fold);
    }
  }
  for (std::size_t own = 0; own < folds.size(); ++own) {
    for (const std::size_t row : folds[own].rows) {
      for (const std::size_t fold : folds_of.at(unit_of(table.rows[row], Unit::kGroup))) {
        if (fold != own) folds[fold].related.push_back(row);
      }
    }
  }
}

}  // namespace

Result<std::vector<Fold>> unit_folds(const Table& table, std::span<const std::size_t> rows,
                                     std::size_t n_folds, std::uint64_t seed, Unit unit) {
  Units units;
  for (const std::size_t row : rows) units[unit_of(table.rows[row], unit)].push_back(row);
  if (units.size() < 2) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: {} {} are too few to train on some and validate on others", table.name,
                    units.size(), unit == Unit::kSource ? "sources" : "tracks"));
  }
  std::vector<Fold> folds = assign(table, units, std::min(n_folds, units.size()), seed);
  if (unit == Unit::kSource) add_related(table, folds);
  return folds;
}

std::vector<std::size_t> originals(const Table& table, std::span<const std::size_t> rows) {
  std::vector<std::size_t> result;
  std::ranges::copy_if(rows, std::back_inserter(result),
                       [&](std::size_t row) { return !table.rows[row].augmented; });
  return result;
}

Result<Split> list_split(const Table& table, const SplitLists& lists) {
  Split split;
  const std::array parts = {std::pair{&lists.train, &split.train},
                            std::pair{&lists.validation, &split.validation},
                            std::pair{&lists.test, &split.test}};
  std::map<std::string, const std::string*> list_of;  // track -> its list
  for (const auto& [list, part] : parts) {
    const auto tracks = read_list(*list);
    if (!tracks) return tl::make_unexpected(tracks.error());
    for (const std::string& track : *tracks) {
      const auto [entry, added] = list_of.emplace(track, list);
      if (!added) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: {} is on {} as well", *list, track, *entry->second));
      }
    }
    auto rows = rows_on_list(table, *list);
    if (!rows) return tl::make_unexpected(rows.error());
    *part = std::move(*rows);
  }
  return split;
}

Result<std::vector<std::size_t>> rows_on_list(const Table& table, const std::string& list) {
  const auto tracks = read_list(list);
  if (!tracks) return tl::make_unexpected(tracks.error());
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (tracks->contains(track_name(table.rows[row].track))) rows.push_back(row);
  }
  if (rows.empty()) {
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: none of its tracks is in the column track of {}", list, table.name));
  }
  return rows;
}

}  // namespace genre::dataset
