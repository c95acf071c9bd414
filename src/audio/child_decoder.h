// Decoder for the formats that libsndfile and libmpg123 do not decode: FFmpeg, in a separate
// process (genre-decode).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "audio/decoder.h"

namespace genre::audio {

// Whether genre-decode is installed and allowed.
[[nodiscard]] bool can_open_child(const DecodeLimits& limits);

// The length in the headers of the file, if another library has read them; see Decoder.
struct DeclaredLength {
  std::optional<std::int64_t> frames = {};
  std::int64_t slack = 0;
};

// file: of a stream, start() has all bytes that were taken from it. container: the name of the file
// format, for messages; demuxer: FFmpeg's name of it; begin: offset
// of the audio in the file. Errors: kUnsupported, also if genre-decode is not installed or not
// allowed; kOutOfMemory, kUnavailable, kTruncated.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_child(
    const AudioFile& file, std::string_view container, std::string_view demuxer,
    std::uint64_t begin, const DecodeLimits& limits, const DeclaredLength& declared = {});

}  // namespace genre::audio
