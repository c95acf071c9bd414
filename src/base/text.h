// Text helpers.
#pragma once

#include <string>
#include <string_view>

namespace genre::base {

// Escapes text for an HTML element or for an attribute value in double quotes. printable() too.
[[nodiscard]] std::string html_escaped(std::string_view text);

[[nodiscard]] std::string to_lower(std::string_view text);   // ASCII only
[[nodiscard]] std::string_view trim(std::string_view text);  // spaces and tabs at both ends

// Whether the text is valid UTF-8 on one line, so that log lines and terminals can contain it
// unchanged: without control characters (U+0000 to U+001F, U+007F to U+009F), line and paragraph
// separators, and the characters that reorder the text around them (U+202A to U+202E, U+2066 to
// U+2069; https://www.unicode.org/reports/tr9/).
[[nodiscard]] bool is_printable_utf8(std::string_view text);

// The text as a person may see it on a terminal or a page: whatever is_printable_utf8 refuses is
// escaped, such as \n, \x1b, \xff (a byte that is not UTF-8) and \u202e. Use it for every name that
// comes from a file, a request, a queue or a model. The result cannot be converted back.
[[nodiscard]] std::string printable(std::string_view text);

// Rounds to a number of decimals, for shorter numbers in JSON.
[[nodiscard]] double rounded(double value, int decimals = 4);

}  // namespace genre::base
