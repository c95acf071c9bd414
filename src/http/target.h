// The two parts of a request target, "/path?query".
#pragma once

#include <algorithm>
#include <string_view>

namespace genre::http {

[[nodiscard]] inline std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

// Without the question mark; still percent-encoded.
[[nodiscard]] inline std::string_view query_of(std::string_view target) {
  return target.substr(std::min(path_of(target).size() + 1, target.size()));
}

}  // namespace genre::http
