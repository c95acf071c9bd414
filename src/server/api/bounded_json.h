// Parses JSON from clients. Parsed values need many times the memory of their text, so their number
// and depth are limited.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace genre::server {

inline constexpr std::size_t kMaxJsonDepth = 8;                     // arrays and objects
inline constexpr std::size_t kMaxJsonParts = std::size_t{1} << 21;  // values and keys
inline constexpr std::size_t kMaxJsonKeys = 10'000;  // each takes as long as many numbers

// Stops parsing at the first value beyond the limits, and soon after a stop is requested, also
// within a long string. Error: a sentence for the client.
[[nodiscard]] tl::expected<nlohmann::json, std::string> parse_bounded_json(
    std::string_view text, const std::stop_token& stop = {});

}  // namespace genre::server
