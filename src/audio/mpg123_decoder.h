// The side of libmpg123: MP3, and MPEG audio of layers I and II. Not through libsndfile, which
// stops at its own estimate of the length where a VBR file has no Xing header.
#pragma once

#include <memory>

#include "audio/decoder.h"

namespace genre::audio {

// audio: a file that begins with its first frame. Null where there is none that can be decoded.
[[nodiscard]] std::unique_ptr<Decoder> open_mpg123(const AudioFile& audio);

}  // namespace genre::audio
