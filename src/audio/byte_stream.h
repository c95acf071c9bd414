// The bytes that arrive at a pipe or a socket, with the last ones kept for decoders that look back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace genre::audio {

// Use it from one thread only.
class ByteStream {
 public:
  static constexpr std::uint64_t kEndless = std::uint64_t{1} << 62;

  explicit ByteStream(int descriptor) : descriptor_(descriptor) {}

  [[nodiscard]] int descriptor() const { return descriptor_; }

  // Its length; kEndless as long as that is not known.
  [[nodiscard]] std::uint64_t end() const { return ended_ ? arrived() : kEndless; }

  // Waits until `least` bytes at the offset have arrived, or the stream has ended, and copies what
  // there is of to.size(). Never takes more from the descriptor than that: another process may have
  // to read on from there. Copies nothing if the bytes are not kept any more.
  [[nodiscard]] std::size_t read(std::uint64_t offset, std::span<std::byte> to, std::size_t least);

 private:
  [[nodiscard]] std::uint64_t arrived() const { return forgotten_ + recent_.size(); }
  void take(std::uint64_t most);

  int descriptor_;
  std::vector<std::byte> recent_;
  std::uint64_t forgotten_ = 0;  // bytes before recent_
  bool ended_ = false;
};

}  // namespace genre::audio
