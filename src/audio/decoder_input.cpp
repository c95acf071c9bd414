#include "audio/decoder_input.h"

#include <algorithm>
#include <cstdio>

namespace genre::audio {
namespace {

constexpr std::size_t kMostSearched = std::size_t{64} << 20;

}  // namespace

std::int64_t DecoderInput::seek(std::int64_t offset, int whence) {
  const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size();
  position_ = std::clamp<std::int64_t>(base + offset, 0, size());
  return position_;
}

std::size_t DecoderInput::read(std::span<std::byte> to) {
  if (searched_ > kMostSearched) return 0;
  const std::size_t n = file_.read(static_cast<std::uint64_t>(position_), to);
  position_ += static_cast<std::int64_t>(n);
  searched_ += n;
  return n;
}

}  // namespace genre::audio
