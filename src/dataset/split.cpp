#include "dataset/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <utility>

namespace genre {
namespace {

// A file's name without its folders and its extension; the number in "blues.00012" is none.
std::string track_name(const std::string& path) {
  const std::filesystem::path name = std::filesystem::path(path).filename();
  const std::string extension = name.extension().string();
  const bool is_number = extension.find_first_not_of(".0123456789") == std::string::npos;
  return is_number ? name.string() : name.stem().string();
}

// The names of a list's tracks.
Result<std::set<std::string>> read_list(const std::string& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", path));
  }
  std::set<std::string> tracks;
  for (std::string line; std::getline(file, line);) {
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
  const std::size_t n_rows = table.rows.size();
  if (n_train == 0 && n_validation == 0) n_train = n_rows * 9 / 10;
  if (n_train == 0) n_train = n_rows - std::min(n_rows, n_validation);
  if (n_validation == 0) n_validation = n_rows - std::min(n_rows, n_train);
  if (n_train == 0 || n_validation == 0 || n_train + n_validation > n_rows) {
    return fail(ErrorCode::kBadTable,
                fmt::format("{} has {} rows: too few for {} to train and {} to validate",
                            table.name, n_rows, n_train, n_validation));
  }
  std::vector<std::size_t> order(n_rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, seed);
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(n_train);
  return Split{.train = {order.begin(), middle},
               .validation = {middle, middle + static_cast<std::ptrdiff_t>(n_validation)},
               .test = {}};
}

Result<Split> track_split(const Table& table, std::uint64_t seed) {
  std::vector<std::vector<std::string>> tracks_of(table.labels.size());  // of each genre, by name
  {
    std::set<std::pair<std::size_t, std::string>> tracks;
    for (const Row& row : table.rows) tracks.emplace(row.label, row.track);
    for (const auto& [label, track] : tracks) tracks_of[label].push_back(track);
  }
  Split split;
  std::map<std::string, std::vector<std::size_t>*> part_of;
  for (std::size_t label = 0; label < tracks_of.size(); ++label) {
    const std::size_t n_tracks = tracks_of[label].size();
    if (n_tracks < 3) {
      return fail(ErrorCode::kBadTable,
                  fmt::format("{}: {} has {} tracks; to train, to validate and to test, each genre "
                              "needs at least three",
                              table.name, table.labels[label], n_tracks));
    }
    std::vector<std::size_t> order(n_tracks);
    std::iota(order.begin(), order.end(), std::size_t{0});
    shuffle(order, seed + label);
    const std::size_t tenth = std::max<std::size_t>(1, n_tracks / 10);
    for (std::size_t i = 0; i < n_tracks; ++i) {
      auto& part = i < tenth ? split.validation : i < 2 * tenth ? split.test : split.train;
      part_of[tracks_of[label][order[i]]] = &part;
    }
  }
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    part_of.at(table.rows[row].track)->push_back(row);
  }
  return split;
}

Result<Split> list_split(const Table& table, const SplitLists& lists) {
  Split split;
  const std::array parts = {std::pair{&lists.train, &split.train},
                            std::pair{&lists.validation, &split.validation},
                            std::pair{&lists.test, &split.test}};
  std::map<std::string, const std::string*> list_of;  // track -> the list that it stands on
  for (const auto& [list, part] : parts) {
    const auto tracks = read_list(*list);
    if (!tracks) return tl::make_unexpected(tracks.error());
    for (const std::string& track : *tracks) {
      const auto [entry, added] = list_of.emplace(track, list);
      if (!added) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: {} stands on {} as well", *list, track, *entry->second));
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

}  // namespace genre
