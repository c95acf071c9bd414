// Passes file descriptors between this process and genre-decode.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "decode/protocol.h"

namespace genre::audio {

// Owns a file descriptor and closes it.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// Copies the bytes to an unnamed, sealed file in memory. On failure the descriptor is -1 and errno
// is set.
[[nodiscard]] Descriptor file_in_memory(std::span<const std::byte> bytes);

// Sends a request with its two descriptors. Returns 0 or errno.
[[nodiscard]] int send_request(int control, const decode::Request& request, int file, int answer);

// Receives Started and the pidfd sent with it. Returns 0 or errno.
[[nodiscard]] int receive_started(int answer, Descriptor& pidfd);

}  // namespace genre::audio
