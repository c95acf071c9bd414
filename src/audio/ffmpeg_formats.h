// The formats that only FFmpeg decodes, told by their first bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace genre::audio {

struct FfmpegFormat {
  std::string_view name;     // for people: "M4A", "WebM", ...
  std::string_view demuxer;  // FFmpeg's name of what reads it
};

[[nodiscard]] std::optional<FfmpegFormat> inspect_ffmpeg_format(std::span<const std::byte> start);

}  // namespace genre::audio
