// Reads fields of binary headers, with bounds checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace genre::base {

using Bytes = std::span<const std::byte>;

enum class Endian { kLittle, kBig };

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline bool has_tag(Bytes bytes, std::size_t at, std::string_view tag) {
  return at <= bytes.size() && as_text(bytes.subspan(at)).starts_with(tag);
}

inline std::optional<std::uint64_t> read_uint(Bytes bytes, std::size_t at, std::size_t width,
                                              Endian endian) {
  if (at + width > bytes.size()) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t k = endian == Endian::kBig ? i : width - 1 - i;
    value = value << 8 | static_cast<std::uint64_t>(bytes[at + k]);
  }
  return value;
}

}  // namespace genre::base
