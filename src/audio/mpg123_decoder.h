// Decoder for MP3 and MPEG audio layers I and II: libmpg123. It is used directly, because
// libsndfile stops at an estimated length if a VBR file has no Xing header.
#pragma once

#include <memory>

#include "audio/decoder.h"

namespace genre::audio {

// audio: a file that begins with its first frame. Null if that frame cannot be decoded.
[[nodiscard]] std::unique_ptr<Decoder> open_mpg123(const AudioFile& audio);

}  // namespace genre::audio
