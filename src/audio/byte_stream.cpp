#include "audio/byte_stream.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/stop_event.h"

namespace genre::audio {
namespace {

// Decoders look back a few frames of MPEG audio, to check what is between them.
constexpr std::size_t kKept = std::size_t{64} << 10, kPiece = std::size_t{64} << 10;

}  // namespace

std::size_t ByteStream::read(std::uint64_t offset, std::span<std::byte> to, std::size_t least) {
  while (arrived() < offset + least && !ended_) take(offset + to.size() - arrived());
  if (offset < forgotten_ || offset >= arrived()) return 0;
  const auto found = std::span(recent_).subspan(static_cast<std::size_t>(offset - forgotten_));
  const std::size_t n = std::min(to.size(), found.size());
  std::ranges::copy(found.first(n), to.begin());
  return n;
}

void ByteStream::take(std::uint64_t most) {
  if (recent_.size() > 2 * kKept) {
    const std::size_t n = recent_.size() - kKept;
    recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(n));
    forgotten_ += n;
  }
  const std::size_t size = recent_.size();
  recent_.resize(size + std::min<std::uint64_t>(most, kPiece));
  ssize_t n = -1;
  // Ctrl-C is an end like any other: what has arrived counts.
  while (base::wait_to_read(descriptor_)) {
    n = ::read(descriptor_, recent_.data() + size, recent_.size() - size);
    if (n >= 0 || (errno != EINTR && errno != EAGAIN)) break;
  }
  ended_ = n <= 0;
  recent_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
}

}  // namespace genre::audio
