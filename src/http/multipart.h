// Parses multipart/form-data (RFC 7578, RFC 2046) from a complete body in memory.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace genre::http {

struct Part {
  std::string name;                     // of the form field
  std::optional<std::string> filename;  // as the client sent it, decoded; not empty
  std::span<const std::byte> content;   // points into the body
};

inline constexpr std::size_t kMaxParts = 128;
inline constexpr std::size_t kMaxPartHeader = 8192;  // bytes
inline constexpr std::size_t kMaxBoundary = 70;      // bytes; RFC 2046

// The parts in order; their content points into `body`. boundary: the parameter of Content-Type, 1
// to kMaxBoundary bytes. Lines end with CRLF; spaces and tabs may follow a delimiter. Error: a
// sentence that says what is wrong with the body.
[[nodiscard]] tl::expected<std::vector<Part>, std::string> parse_multipart(
    std::span<const std::byte> body, std::string_view boundary);

}  // namespace genre::http
