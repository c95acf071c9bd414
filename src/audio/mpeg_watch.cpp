#include "audio/mpeg_watch.h"

#include <algorithm>
#include <array>

#include "audio/container.h"
#include "audio/mpeg_frames.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

constexpr Damage kGap = {.cause = "bytes that are not MPEG frames"};

}  // namespace

std::uint64_t behind_mpeg_tags(const AudioFile& audio, std::uint64_t offset) {
  constexpr std::uint64_t kId3v1 = 128;
  std::uint64_t at = offset;
  while (true) {
    const AudioFile rest = audio.from(at, 0);
    std::array<std::byte, 3> start{};
    const bool id3v1 = rest.read(0, start) == start.size() && base::has_tag(start, 0, "TAG");
    const std::uint64_t size = id3v1 ? kId3v1 : tags_size(rest);
    if (size == 0) return at;
    at += std::min(size, audio.size() - at);
  }
}

std::optional<Damage> MpegWatch::next(std::int64_t offset, std::int64_t size) {
  const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(0, offset));
  const std::uint64_t expected = expected_.value_or(at);
  expected_ = at + static_cast<std::uint64_t>(std::max<std::int64_t>(0, size));
  if (at <= expected) return std::nullopt;
  // Joined files have tags between their frames, and the tags may be followed by zeros.
  const std::uint64_t behind = behind_mpeg_tags(audio_, expected);
  if (behind >= at) return std::nullopt;
  std::vector<std::byte> gap(static_cast<std::size_t>(std::min<std::uint64_t>(at - behind, 65536)));
  const auto read = std::span(gap).first(audio_.read(behind, gap));
  const bool zeros = std::ranges::all_of(read, [](std::byte byte) { return byte == std::byte{0}; });
  if (behind > expected && zeros) return std::nullopt;
  gaps_ = true;
  return kGap;
}

std::optional<Damage> MpegWatch::end(std::int64_t n_samples) const {
  std::array<std::byte, 64> bytes{};
  const auto header_at = [&](std::uint64_t offset) {
    return parse_mpeg_header(std::span(bytes).first(audio_.read(offset, bytes)));
  };
  const auto first = header_at(0);
  if (!first) return std::nullopt;
  const std::int64_t declared = declared_mpeg_frames(bytes).value_or(0) * first->n_samples;
  // The encoder's delay and padding are counted but not decoded.
  if (!gaps_ && n_samples + kMpegSlackFrames * first->n_samples < declared) {
    return Damage{.code = WarningCode::kTruncated, .to = declared - n_samples};
  }
  // libmpg123 may leave out the last frames, which are padding.
  std::uint64_t at = expected_.value_or(0);
  for (auto frame = header_at(at); frame && frame->kind == first->kind; frame = header_at(at)) {
    if (at + frame->size > audio_.size()) return Damage{.code = WarningCode::kTruncated};
    at += frame->size;
  }
  return behind_mpeg_tags(audio_, at) + kMostMpegPadding < audio_.size() ? std::optional(kGap)
                                                                         : std::nullopt;
}

}  // namespace genre::audio
