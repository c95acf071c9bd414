// The only way in which genre writes JSON as text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace genre::base {

// nlohmann's dump() throws for a string that is not UTF-8. File names, labels and error messages
// come from outside, so here each invalid byte becomes U+FFFD instead: writing a response or a
// line of the log cannot fail. indent: spaces per level; -1 writes one line.
template <typename Json>
[[nodiscard]] std::string json_text(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace genre::base
