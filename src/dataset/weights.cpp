#include "dataset/weights.h"

#include <algorithm>
#include <vector>

namespace genre::dataset {

void balance_genres(Table& table) {
  std::vector<double> total(table.labels.size());
  double all = 0;
  for (const Row& row : table.rows) {
    total[row.label] += row.weight;
    all += row.weight;
  }
  const auto present =
      static_cast<double>(std::ranges::count_if(total, [](double t) { return t > 0; }));
  for (Row& row : table.rows) {
    row.weight = static_cast<float>(row.weight * all / (present * total[row.label]));
  }
}

}  // namespace genre::dataset
