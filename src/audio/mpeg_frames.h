// Headers of frames of MPEG audio (ISO/IEC 11172-3 and 13818-3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace genre::audio {

struct MpegHeader {
  std::uint32_t kind = 0;      // version, layer and sample rate, the same in all frames of a stream
  std::size_t size = 0;        // of the frame, bytes
  std::int64_t n_samples = 0;  // per channel
  std::uint32_t layer = 0;     // 1 to 3
  bool first_version = true;   // MPEG-1; else MPEG-2 or 2.5
};

// The header at the start of the bytes; nothing if it is none, or one without a bit rate.
[[nodiscard]] std::optional<MpegHeader> parse_mpeg_header(std::span<const std::byte> bytes);

// The number of frames that the Xing or Info header in a file's first frame declares.
[[nodiscard]] std::optional<std::int64_t> declared_mpeg_frames(std::span<const std::byte> frame);

// The offset of the first frame of MPEG audio. A frame counts only if others with the same version,
// layer and sample rate follow it without a gap, because the two bytes of a frame's start occur in
// any data. at_end: the file ends with these bytes, so fewer frames are enough.
[[nodiscard]] std::optional<std::size_t> find_mpeg_frame(std::span<const std::byte> bytes,
                                                         bool at_end);

// Whether the bytes start with the eleven sync bits of a frame.
[[nodiscard]] bool starts_as_mpeg(std::span<const std::byte> bytes);

}  // namespace genre::audio
