#include "train/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <utility>

namespace genre::train {

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

Result<Split> list_split(const Table& table, const SplitLists& lists) {
  Split split;
  const std::array parts = {std::pair{&lists.train, &split.train},
                            std::pair{&lists.validation, &split.validation},
                            std::pair{&lists.test, &split.test}};
  std::map<std::string, std::vector<std::size_t>*> part_of;  // track -> where its rows go
  for (const auto& [path, part] : parts) {
    std::ifstream file(*path);
    if (!file || std::filesystem::is_directory(*path)) {
      return fail(ErrorCode::kUnreadableFile, fmt::format("{}: the file cannot be read", *path));
    }
    for (std::string line; std::getline(file, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (line.empty()) continue;
      const auto [entry, added] =
          part_of.emplace(std::filesystem::path(line).stem().string(), part);
      if (!added && entry->second != part) {
        return fail(ErrorCode::kBadTable,
                    fmt::format("{}: {} stands on another list as well", *path, line));
      }
    }
  }
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string& track = table.rows[row].track;
    auto found = part_of.find(track);
    if (found == part_of.end()) found = part_of.find(std::filesystem::path(track).stem().string());
    if (found != part_of.end()) found->second->push_back(row);
  }
  for (const auto& [path, part] : parts) {
    if (!part->empty()) continue;
    return fail(
        ErrorCode::kBadTable,
        fmt::format("{}: none of its tracks is in the column track of {}", *path, table.name));
  }
  return split;
}

}  // namespace genre::train
