#include "model/pool.h"

#include <algorithm>
#include <cmath>

namespace genre::model {

CertaintyPool::CertaintyPool(std::size_t n_labels, std::optional<double> correlation)
    : correlation_(correlation), sums_(n_labels) {}

void CertaintyPool::add(std::span<const float> window) {
  constexpr double kLeast = 1e-9;  // so that one window alone cannot exclude a genre
  for (std::size_t label = 0; label < sums_.size(); ++label) {
    const double certainty = window[label];
    sums_[label] += correlation_ ? std::log(std::max(certainty, kLeast)) : certainty;
  }
  ++n_windows_;
}

std::vector<float> CertaintyPool::certainties() const {
  const auto n = static_cast<double>(n_windows_);
  std::vector<float> result;
  if (!correlation_) {
    for (const double sum : sums_) result.push_back(static_cast<float>(sum / n));
    return result;
  }
  const double weight = 1 / (1 + (n - 1) * *correlation_);  // m / n, because it applies to sums
  const double max = std::ranges::max(sums_);
  double total = 0;
  for (const double sum : sums_) total += std::exp(weight * (sum - max));
  for (const double sum : sums_) {
    result.push_back(static_cast<float>(std::exp(weight * (sum - max)) / total));
  }
  return result;
}

}  // namespace genre::model
