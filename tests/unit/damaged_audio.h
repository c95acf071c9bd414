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

inline constexpr DecodeLimits kStrict{.strict = true};

// In strict mode the file is this error. Otherwise it is read with one warning of this code, and
// the samples are returned.
inline std::vector<float> expect_warning(const std::vector<std::byte>& file, WarningCode code,
                                         int sr = 22050) {
  expect_error(file,
               code == WarningCode::kTruncated ? ErrorCode::kTruncated : ErrorCode::kUnsupported,
               kStrict);
  const auto audio = load(file, sr);
  EXPECT_TRUE(audio) << audio.error().message;
  if (!audio) return {};
  EXPECT_EQ(audio->warnings.size(), 1U);
  for (const Warning& warning : audio->warnings) {
    EXPECT_EQ(to_string(warning.code), to_string(code)) << warning.message;
    EXPECT_FALSE(warning.message.empty());
    EXPECT_LE(warning.from, warning.to);
  }
  return audio->y;
}

}  // namespace genre::test
