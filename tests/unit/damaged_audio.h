// Files with something wrong, and what is expected of them.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "genre/audio.h"

namespace genre::test {

inline std::vector<std::byte> to_bytes(std::string_view text) {
  std::vector<std::byte> bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

inline std::vector<std::byte> first(std::vector<std::byte> bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}

// A field of a header, little-endian, as RIFF has it.
inline void set_field(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value,
                      std::size_t width = 4) {
  for (std::size_t i = 0; i < width; ++i) bytes[at + i] = static_cast<std::byte>(value >> 8 * i);
}

inline void expect_error(const std::vector<std::byte>& file, ErrorCode code,
                         const DecodeLimits& limits = {}) {
  const auto audio = load(file, 22050, limits);
  ASSERT_FALSE(audio) << "expected " << to_string(code);
  EXPECT_EQ(to_string(audio.error().code), to_string(code)) << audio.error().message;
  EXPECT_FALSE(audio.error().message.empty());
}

}  // namespace genre::test
