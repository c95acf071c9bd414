// A set of strings that needs eight bytes per string.
#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

namespace genre::batch {

// With a million strings, has() is wrong about a string that was not added with a probability of
// 10^-13.
class Hashes {
 public:
  void add(std::string_view text) { hashes_.push_back(std::hash<std::string_view>{}(text)); }
  void sort() { std::ranges::sort(hashes_); }

  // Call sort() first.
  [[nodiscard]] bool has(std::string_view text) const {
    return std::ranges::binary_search(hashes_, std::hash<std::string_view>{}(text));
  }

 private:
  std::vector<std::size_t> hashes_;
};

}  // namespace genre::batch
