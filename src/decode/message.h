// Messages with file descriptors (SCM_RIGHTS), for both ends of the protocol.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>

namespace genre::decode {

inline constexpr std::size_t kMostDescriptors = 2;  // in one message

// Sends the bytes as one message. Returns 0 or errno.
[[nodiscard]] int send_message(int socket, std::span<const std::byte> bytes,
                               std::span<const int> descriptors);

// Receives one message. Sets the descriptors that it does not have to -1; the caller closes the
// others. flags: of recvmsg(2). Returns the number of bytes; 0 at the end; -1 with errno.
[[nodiscard]] ssize_t receive_message(int socket, std::span<std::byte> bytes,
                                      std::span<int> descriptors, int flags = 0);

}  // namespace genre::decode
