// Base64 (RFC 4648, section 4): how JSON carries bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace genre::server {

// Nothing where the text is no base64: with its padding, and without line breaks.
[[nodiscard]] std::optional<std::vector<std::byte>> decode_base64(std::string_view text);

}  // namespace genre::server
