// Which windows of a file to hear if not all.
#pragma once

#include <cstddef>
#include <vector>

namespace genre::predict {

// All in samples. window: the length of each; hop: from the start of one to that of the next.
struct WindowGrid {
  std::size_t window = 0, hop = 0;

  // The number of windows of a file, as WindowOptions defines them.
  [[nodiscard]] std::size_t count(std::size_t n_samples) const;
};

// The starts of n windows, ascending: those in the middle of n equal parts of the file. The windows
// are some of those of the whole file, so that they have the same certainties. All of them if there
// are no more than n.
[[nodiscard]] std::vector<std::size_t> excerpt_starts(std::size_t n, const WindowGrid& grid,
                                                      std::size_t n_samples);

}  // namespace genre::predict
