// Finds the first frame of MPEG audio (ISO/IEC 11172-3 and 13818-3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace genre::audio {

// The offset of the first frame of MPEG audio. A frame counts only if others with the same version,
// layer and sample rate follow it without a gap, because the two bytes of a frame's start occur in
// any data. at_end: the file ends with these bytes, so fewer frames are enough.
[[nodiscard]] std::optional<std::size_t> find_mpeg_frame(std::span<const std::byte> bytes,
                                                         bool at_end);

// Whether the bytes start with the eleven sync bits of a frame.
[[nodiscard]] bool starts_as_mpeg(std::span<const std::byte> bytes);

}  // namespace genre::audio
