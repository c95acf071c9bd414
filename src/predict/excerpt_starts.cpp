#include "predict/excerpt_starts.h"

#include <algorithm>

namespace genre::predict {

std::size_t WindowGrid::count(std::size_t n_samples) const {
  const std::size_t least = (window + 1) / 2;  // of the last window, unless it is the only one
  return n_samples < hop + least ? 1 : 1 + (n_samples - least) / hop;
}

std::vector<std::size_t> excerpt_starts(std::size_t n, const WindowGrid& grid,
                                        std::size_t n_samples) {
  const std::size_t n_windows = grid.count(n_samples);
  n = std::min(n, n_windows);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < n; ++i) {
    starts.push_back((2 * i + 1) * n_windows / (2 * n) * grid.hop);
  }
  return starts;
}

}  // namespace genre::predict
