#include "audio/decoder_input.h"

#include <algorithm>
#include <cstdio>

namespace genre::audio {
namespace {

constexpr std::size_t kMostSearched = std::size_t{64} << 20;
constexpr std::size_t kAhead = std::size_t{32} << 10;

}  // namespace

std::int64_t DecoderInput::seek(std::int64_t offset, int whence) {
  const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : size();
  position_ = std::clamp<std::int64_t>(base + offset, 0, size());
  return position_;
}

std::size_t DecoderInput::read(std::span<std::byte> to) {
  if (searched_ > kMostSearched) return 0;
  const auto at = static_cast<std::uint64_t>(position_);
  std::size_t n = 0;
  if (file_.is_stream()) {
    n = file_.read_some(at, to);  // reading ahead would wait for bytes that are not needed yet
  } else if (to.size() > kAhead / 2) {
    n = file_.read(at, to);
  } else {
    // libmpg123 searches for the next frame byte by byte, so without a buffer each byte would be a
    // system call.
    if (at < ahead_at_ || at + to.size() > ahead_at_ + ahead_.size()) {
      ahead_.resize(kAhead);
      ahead_.resize(file_.read(at, ahead_));
      ahead_at_ = at;
    }
    const auto found = std::span(ahead_).subspan(static_cast<std::size_t>(at - ahead_at_));
    n = std::min(to.size(), found.size());
    std::ranges::copy(found.first(n), to.begin());
  }
  position_ += static_cast<std::int64_t>(n);
  searched_ += n;
  return n;
}

}  // namespace genre::audio
