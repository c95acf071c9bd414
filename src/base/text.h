// Text for other readers.
#pragma once

#include <string>
#include <string_view>

namespace genre::base {

// Text as the content of an HTML element, or of an attribute in double quotes.
[[nodiscard]] std::string html_escaped(std::string_view text);

[[nodiscard]] std::string to_lower(std::string_view text);   // ASCII only
[[nodiscard]] std::string_view trim(std::string_view text);  // spaces and tabs at both ends

// Rounded to so many decimals, for a shorter number in JSON.
[[nodiscard]] double rounded(double value, int decimals = 4);

}  // namespace genre::base
