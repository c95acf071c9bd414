// Text helpers.
#pragma once

#include <string>
#include <string_view>

namespace genre::base {

// Escapes text for an HTML element or for an attribute value in double quotes.
[[nodiscard]] std::string html_escaped(std::string_view text);

[[nodiscard]] std::string to_lower(std::string_view text);   // ASCII only
[[nodiscard]] std::string_view trim(std::string_view text);  // spaces and tabs at both ends

// Whether the text is valid UTF-8 without control characters (U+0000 to U+001F, U+007F to U+009F),
// so that JSON, log lines and terminals can contain it unchanged.
[[nodiscard]] bool is_printable_utf8(std::string_view text);

// Rounds to a number of decimals, for shorter numbers in JSON.
[[nodiscard]] double rounded(double value, int decimals = 4);

}  // namespace genre::base
