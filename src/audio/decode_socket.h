// Passes file descriptors between this process and genre-decode.
#pragma once

#include <cstddef>
#include <span>

#include "base/descriptor.h"
#include "decode/protocol.h"

namespace genre::audio {

// Copies the bytes to an unnamed, sealed file in memory. On failure the descriptor is -1 and errno
// is set.
[[nodiscard]] base::Descriptor file_in_memory(std::span<const std::byte> bytes);

// Sends a request with its two descriptors. Returns 0 or errno.
[[nodiscard]] int send_request(int control, const decode::Request& request, int file, int answer);

// Receives Started and the pidfd sent with it. Returns 0 or errno.
[[nodiscard]] int receive_started(int answer, base::Descriptor& pidfd);

}  // namespace genre::audio
