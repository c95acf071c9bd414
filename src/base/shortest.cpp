#include "base/shortest.h"

#include <array>
#include <charconv>

namespace genre::base {

double shortest(float value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double result = 0;
  std::from_chars(text.data(), end, result);
  return result;
}

}  // namespace genre::base
