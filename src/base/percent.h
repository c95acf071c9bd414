// Percent-encoding (RFC 3986, section 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace genre::base {

// Encodes all bytes except visible ASCII characters, and the percent sign.
[[nodiscard]] std::string percent_encode(std::string_view text);

// Nothing if a percent sign is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace genre::base
