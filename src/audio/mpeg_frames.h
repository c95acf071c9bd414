// Frames of MPEG audio (ISO/IEC 11172-3 and 13818-3): where the first one is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace genre::audio {

// The offset of the first frame of MPEG audio in these bytes. A frame counts where others follow it
// without a gap, with the same version, layer and sample rate, since two bytes alone look like the
// start of a frame in any data. at_end: whether the file ends with these bytes, so that fewer
// frames are enough.
[[nodiscard]] std::optional<std::size_t> find_mpeg_frame(std::span<const std::byte> bytes,
                                                         bool at_end);

// Whether they start like a frame: with its eleven bits of synchronization.
[[nodiscard]] bool starts_as_mpeg(std::span<const std::byte> bytes);

}  // namespace genre::audio
