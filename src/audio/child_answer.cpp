#include "audio/child_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "decode/protocol.h"

namespace genre::audio {
namespace {

using decode::Status;

constexpr std::uint64_t kMostFrames = std::uint64_t{1} << 48;  // seconds are computed from them

tl::unexpected<Error> invalid_answer() {
  return fail(ErrorCode::kUnsupported,
              "the file cannot be decoded: genre-decode failed on it; convert it to WAV or FLAC");
}

// The codec's name goes to terminals and into JSON, so only printable ASCII is accepted.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

tl::unexpected<Error> error_of(const decode::Header& header, std::string_view container,
                               std::string_view codec) {
  switch (header.status) {
    case Status::kNoSuchTrack:
      return no_such_track(container, header.channels);
    case Status::kNoAudio:
      return fail(ErrorCode::kUnsupported,
                  fmt::format("this {} file has no audio track", container));
    case Status::kEncrypted:
      return fail(ErrorCode::kUnsupported,
                  fmt::format("this {} file is encrypted (DRM) and cannot be decoded; send a file "
                              "without DRM",
                              container));
    case Status::kUnknownCodec:
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the audio of this {} file is coded as {}, which is not supported; "
                              "convert it to WAV or FLAC",
                              container, codec));
    case Status::kOutOfMemory:
      return fail(
          ErrorCode::kOutOfMemory,
          fmt::format("decoding this {} file needs more memory than is allowed", container));
    case Status::kNotSandboxed:
      return fail(ErrorCode::kUnavailable,
                  "genre-decode cannot run in a sandbox: the system does not let it give up its "
                  "rights (seccomp and resource limits)");
    case Status::kOk:
    case Status::kDamaged:
      break;
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("this looks like {} but cannot be decoded: the file is damaged or its "
                          "variant is not supported; convert it to WAV or FLAC",
                          container));
}

}  // namespace

tl::unexpected<Error> no_such_track(std::string_view container, std::uint32_t n_tracks) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("the audio track does not exist: this {} file has {} audio track{}",
                          container, n_tracks, n_tracks == 1 ? "" : "s"));
}

Result<void> ChildAnswer::fill(void* to, std::size_t size) {
  return source_({static_cast<std::byte*>(to), size});
}

Result<AudioInfo> ChildAnswer::read_header() {
  decode::Header header;
  if (auto filled = fill(&header, sizeof(header)); !filled) {
    return tl::make_unexpected(std::move(filled.error()));
  }
  const std::string_view raw(header.codec.data(), header.codec.size());
  const std::string_view codec = raw.substr(0, raw.find('\0'));
  if (header.magic != decode::kMagic || header.status > decode::kLastStatus || !is_plain(codec)) {
    return invalid_answer();
  }
  if (header.status != Status::kOk) return error_of(header, container_, codec);
  // This only keeps the rate within an int. MonoReader checks its range for all decoders.
  constexpr std::uint32_t kMaxRate = 1U << 30;
  if (header.channels < 1 || header.channels > decode::kMaxChannels || header.sample_rate < 1 ||
      header.sample_rate > kMaxRate) {
    return invalid_answer();
  }
  channels_ = header.channels;
  sample_rate_ = static_cast<int>(header.sample_rate);
  n_frames_ = static_cast<std::int64_t>(std::min(header.n_frames, kMostFrames));
  return AudioInfo{sample_rate_, static_cast<int>(channels_),
                   codec == container_ ? container_ : fmt::format("{} ({})", container_, codec)};
}

Result<void> ChildAnswer::find_block() {
  while (silent_frames_ == 0 && block_frames_ == 0 && !at_end_) {
    if (auto block = next_block(); !block) return block;
  }
  return {};
}

Result<std::size_t> ChildAnswer::read(std::span<float> interleaved) {
  if (auto ready = find_block(); !ready) return tl::make_unexpected(std::move(ready.error()));
  const std::size_t most = interleaved.size() / channels_;
  if (silent_frames_ > 0) {
    const std::size_t frames = std::min(silent_frames_, most);
    std::ranges::fill(interleaved.first(frames * channels_), 0.0F);
    silent_frames_ -= frames;
    position_ += static_cast<std::int64_t>(frames);
    return frames;
  }
  const std::size_t frames = std::min(block_frames_, most);
  if (frames == 0) return 0;
  if (auto filled = fill(interleaved.data(), frames * channels_ * sizeof(float)); !filled) {
    return tl::make_unexpected(std::move(filled.error()));
  }
  block_frames_ -= frames;
  frames_read_ += frames;
  position_ += static_cast<std::int64_t>(frames);
  return frames;
}

Result<std::int64_t> ChildAnswer::skip_to(std::int64_t frame) {
  constexpr std::int64_t kStep = 4096;  // frames
  wanted_ = frame;
  std::vector<float> skipped(kStep * channels_);
  while (position_ < frame) {
    // The next block may be a jump, after which less is to be passed over.
    if (auto found = find_block(); !found) return tl::make_unexpected(std::move(found.error()));
    const auto n = static_cast<std::size_t>(std::clamp<std::int64_t>(frame - position_, 0, kStep));
    const auto got = read(std::span(skipped).first(n * channels_));
    if (!got) return tl::make_unexpected(got.error());
    if (*got == 0) break;
  }
  return position_;
}

Result<void> ChildAnswer::next_block() {
  decode::BlockHeader header;
  if (auto filled = fill(&header, sizeof(header)); !filled) return filled;
  const bool after_lost = std::exchange(after_lost_, header.block == decode::Block::kLost);
  switch (header.block) {
    case decode::Block::kAudio:
      if (header.n_frames < 1 || header.n_frames > decode::kMaxBlockSamples / channels_) break;
      block_frames_ = header.n_frames;
      return {};
    case decode::Block::kEnd:
      if (header.n_frames != 0) break;
      at_end_ = true;
      return read_end();
    case decode::Block::kLost:
      if (after_lost) break;
      lose(header.n_frames);
      return {};
    case decode::Block::kJump:
      if (header.n_frames < 1 || header.n_frames > wanted_ - position_) break;
      position_ += header.n_frames;
      return {};
  }
  return invalid_answer();
}

void ChildAnswer::lose(std::uint32_t n_frames) {
  damage_.push_back(
      {.from = position_, .to = position_ + n_frames, .cause = "packets are damaged or missing"});
  silent_frames_ = n_frames;
}

Result<void> ChildAnswer::read_end() {
  decode::End end;
  if (auto filled = fill(&end, sizeof(end)); !filled) return filled;
  if (end.n_frames != frames_read_) return invalid_answer();
  if (end.ended_early != 0) {
    damage_.push_back(
        {.code = WarningCode::kTruncated,
         .from = position_,
         .to = position_ + static_cast<std::int64_t>(std::min(end.n_missing, kMostFrames))});
  }
  return {};
}

}  // namespace genre::audio
