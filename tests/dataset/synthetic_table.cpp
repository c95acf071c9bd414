#include "dataset/synthetic_table.h"

#include <fmt/format.h>

#include <numeric>
#include <random>

namespace genre::test {

using namespace dataset;

Table synthetic_table(std::size_t n_rows) {
  std::mt19937 random(1);
  Table table{.name = "synthetic.csv", .labels = {"a", "b", "c"}, .rows = {}};
  for (std::size_t i = 0; i < n_rows; ++i) {
    const std::size_t label = i / 2 % 3;
    Row row{.track = fmt::format("{}.{:05}", table.labels[label], i / 2),
            .label = label,
            .features = std::vector<float>(kGtzan26Size)};
    for (float& feature : row.features) {
      feature = 10.0F * static_cast<float>(label) + static_cast<float>(random() % 1000) / 500.0F;
    }
    table.rows.push_back(row);
  }
  return table;
}

std::vector<std::size_t> all_rows(const Table& table) {
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

}  // namespace genre::test
