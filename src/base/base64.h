// Base64 (RFC 4648, section 4): for bytes in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genre::base {

// Requires padding and rejects line breaks. Nothing if the text is not base64.
[[nodiscard]] std::optional<std::vector<std::byte>> decode_base64(std::string_view text);

// With padding, without line breaks.
[[nodiscard]] std::string encode_base64(std::span<const std::byte> bytes);

}  // namespace genre::base
