#include "base/json_text.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace genre::base {
namespace {

// dump() escapes U+0000 to U+001F. Of the other characters that printable() escapes, DEL has one
// byte, U+0080 to U+009F start with C2, and U+2028 to U+2069 with E2.
bool may_need_escape(char c) { return c == '\x7F' || c == '\xC2' || c == '\xE2'; }

}  // namespace

std::string escaped_json(std::string text) {
  std::string result;
  std::string_view rest = text;
  for (auto at = rest.begin();
       (at = std::find_if(at, rest.end(), may_need_escape)) != rest.end();) {
    const std::size_t before = static_cast<std::size_t>(at - rest.begin());
    const std::size_t size = *at == '\x7F' ? 1 : *at == '\xC2' ? 2 : 3;
    const std::string_view character = rest.substr(before, size);
    at += static_cast<std::ptrdiff_t>(character.size());
    if (is_printable_utf8(character)) continue;
    result += rest.substr(0, before);
    // printable() writes all but DEL as JSON does.
    result += size == 1 ? "\\u007f" : printable(character);
    rest.remove_prefix(before + size);
    at = rest.begin();
  }
  if (result.empty()) return text;
  return result += rest;
}

}  // namespace genre::base
