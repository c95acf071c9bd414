// Limits for a request.
#pragma once

#include <chrono>
#include <cstddef>

namespace genre::http {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// The slowest pace at which a client may send or receive a message.
struct Pace {
  std::chrono::milliseconds silence;  // maximum time without data
  std::size_t min_rate;               // bytes/s on average, checked after `silence`
};

struct Limits {
  std::size_t max_header = 16 * kKiB;                                // bytes; beyond: 431
  std::size_t max_body = 64 * kMiB;                                  // bytes; beyond: 413
  Pace pace{.silence = std::chrono::seconds(30), .min_rate = kKiB};  // slower: 408
};

}  // namespace genre::http
