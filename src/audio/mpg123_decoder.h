// The side of libmpg123: MP3, and MPEG audio of layers I and II. Not through libsndfile, which
// stops at its own estimate of the length where a VBR file has no Xing header.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/decoder.h"

namespace genre::audio {

// begin: where the audio starts in the file. Null where there is no frame that can be decoded.
[[nodiscard]] std::unique_ptr<Decoder> open_mpg123(const AudioFile& file, std::uint64_t begin);

}  // namespace genre::audio
