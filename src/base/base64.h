// Base64 (RFC 4648, section 4): for bytes in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace genre::base {

// Requires padding and rejects line breaks. Nothing if the text is not base64.
[[nodiscard]] std::optional<std::vector<std::byte>> decode_base64(std::string_view text);

}  // namespace genre::base
