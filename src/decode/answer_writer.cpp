#include "decode/answer_writer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace genre::decode {
namespace {

Header make_header(Status status, std::string_view codec) {
  Header header{.status = status};
  codec.copy(header.codec.data(), header.codec.size() - 1);
  return header;
}

}  // namespace

void AnswerWriter::send(const void* bytes, std::size_t size) const {
  const auto* rest = static_cast<const std::byte*>(bytes);
  while (size > 0) {
    const ssize_t n = write(descriptor_, rest, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) _exit(1);
    rest += n;
    size -= static_cast<std::size_t>(n);
  }
}

void AnswerWriter::fail(Status status, std::string_view codec, unsigned n_tracks) {
  Header header = make_header(status, codec);
  if (status == Status::kNoSuchTrack) header.channels = n_tracks;
  send(&header, sizeof(header));
}

void AnswerWriter::header(int sample_rate, int channels, std::string_view codec, double seconds) {
  Header header = make_header(Status::kOk, codec);
  header.sample_rate = static_cast<std::uint32_t>(sample_rate);
  header.channels = static_cast<std::uint32_t>(channels);
  constexpr double kLongest = 1e9;  // s; keeps a wrong value within the integer
  header.n_frames = static_cast<std::uint64_t>(std::min(seconds, kLongest) * sample_rate);
  send(&header, sizeof(header));
  channels_ = static_cast<std::size_t>(channels);
  block_.resize(sizeof(BlockHeader));
}

void AnswerWriter::audio(std::span<const float> interleaved) {
  if (!interleaved.empty()) send_lost();
  const std::size_t frame_size = channels_ * sizeof(float);
  const std::size_t most = sizeof(BlockHeader) + kMaxBlockSamples / channels_ * frame_size;
  n_frames_ += interleaved.size() / channels_;
  for (auto rest = std::as_bytes(interleaved); !rest.empty();) {
    const std::size_t n = std::min(rest.size(), most - block_.size());
    block_.insert(block_.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(n));
    rest = rest.subspan(n);
    if (block_.size() == most) flush();
  }
}

void AnswerWriter::flush() {
  const std::size_t n_frames = (block_.size() - sizeof(BlockHeader)) / sizeof(float) / channels_;
  if (n_frames > 0) {
    const BlockHeader header{Block::kAudio, static_cast<std::uint32_t>(n_frames)};
    std::memcpy(block_.data(), &header, sizeof(header));
    send(block_.data(), block_.size());
  }
  block_.resize(sizeof(BlockHeader));
}

void AnswerWriter::lost(std::uint32_t n_frames) {
  flush();
  lost_ = lost_.value_or(0) + n_frames;
}

void AnswerWriter::send_lost() {
  if (!lost_) return;
  const BlockHeader header{Block::kLost, *lost_};
  send(&header, sizeof(header));
  lost_.reset();
}

void AnswerWriter::jump(std::uint32_t n_frames) {
  flush();
  send_lost();
  const BlockHeader header{Block::kJump, n_frames};
  send(&header, sizeof(header));
}

std::optional<std::uint64_t> AnswerWriter::wanted() const {
  std::optional<std::uint64_t> frame;
  Seek seek;
  while (recv(descriptor_, &seek, sizeof(seek), MSG_DONTWAIT) == sizeof(seek)) frame = seek.frame;
  return frame;
}

void AnswerWriter::end(bool ended_early, std::uint64_t n_missing) {
  flush();
  send_lost();
  const BlockHeader header{Block::kEnd, 0};
  send(&header, sizeof(header));
  const End end{n_frames_, n_missing, ended_early ? 1U : 0U};
  send(&end, sizeof(end));
}

}  // namespace genre::decode
