// A set of texts that takes eight bytes each.
#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

namespace genre::batch {

// It takes another text for one that it has with a chance of one in 10^13 for a million of them.
class Hashes {
 public:
  void add(std::string_view text) { hashes_.push_back(std::hash<std::string_view>{}(text)); }
  void sort() { std::ranges::sort(hashes_); }

  // Once sorted.
  [[nodiscard]] bool has(std::string_view text) const {
    return std::ranges::binary_search(hashes_, std::hash<std::string_view>{}(text));
  }

 private:
  std::vector<std::size_t> hashes_;
};

}  // namespace genre::batch
