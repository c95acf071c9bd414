// Header fields of the form "value; name=token; name="quoted string"", such as Content-Type and
// Content-Disposition (RFC 9110, section 5.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace genre::http {

struct HeaderValue {
  std::string value;                                            // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case

  // The first parameter of this name (lower case), or null.
  [[nodiscard]] const std::string* parameter(std::string_view name) const;
};

// Nothing if the text has another form. In a quoted string, a backslash escapes only a quote or a
// backslash, because some clients send file names with unescaped backslashes.
[[nodiscard]] std::optional<HeaderValue> parse_header_value(std::string_view text);

}  // namespace genre::http
