// Serializes JSON. All of genre's code uses this function for it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace genre::base {

// JSON text in which the characters that printable() escapes, and that dump() leaves, are written
// as \u escapes: terminals show JSON too. The value stays the same.
[[nodiscard]] std::string escaped_json(std::string text);

// nlohmann's dump() throws if a string is not valid UTF-8. File names, labels and error messages
// may contain any bytes, so each invalid byte is replaced by U+FFFD: writing a response or a log
// line cannot fail. indent: spaces per level; -1 writes one line.
template <typename Json>
[[nodiscard]] std::string json_text(const Json& json, int indent = -1) {
  return escaped_json(json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

}  // namespace genre::base
