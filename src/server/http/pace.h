// How slow a client may be.
#pragma once

#include <chrono>
#include <cstddef>

namespace genre::server {

// Of a message, whichever way it goes.
struct Pace {
  std::chrono::milliseconds silence;  // at most, between two pieces
  std::size_t min_rate;               // bytes/s at least, on average, once that much time is over
};

}  // namespace genre::server
