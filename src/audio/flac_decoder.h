// Decoder for FLAC: libFLAC. It is used directly, because libsndfile stops at the first damaged
// block.
#pragma once

#include <memory>

#include "audio/decoder.h"

namespace genre::audio {

// audio: a file that begins with "fLaC". Null if it has no valid STREAMINFO block.
[[nodiscard]] std::unique_ptr<Decoder> open_flac(const AudioFile& audio);

}  // namespace genre::audio
