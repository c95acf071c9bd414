// Detects the formats that only FFmpeg decodes from the first bytes of a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace genre::audio {

struct FfmpegFormat {
  std::string_view name;     // display name: "M4A", "WebM", ...
  std::string_view demuxer;  // FFmpeg's name of the demuxer
  bool truncated = false;    // the file ends before the data needed to play it
};

// start: the first bytes of the file, or all of it; file_size: in bytes.
[[nodiscard]] std::optional<FfmpegFormat> inspect_ffmpeg_format(std::span<const std::byte> start,
                                                                std::uint64_t file_size);

// The same for a stream that starts in the middle of a frame.
[[nodiscard]] std::optional<FfmpegFormat> inspect_cut_stream(std::span<const std::byte> start);

}  // namespace genre::audio
