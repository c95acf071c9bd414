// FLAC files joined into one, as by `cat a.flac b.flac`. Decoders stop at the end of the first.
#pragma once

#include <functional>
#include <memory>

#include "audio/decoder.h"
#include "genre/audio.h"

namespace genre::audio {

// Opens the FLAC file that an AudioFile starts with; null if it cannot be decoded.
using OpenFlac = std::function<Result<std::unique_ptr<Decoder>>(const AudioFile&)>;

// A decoder of all FLAC files that are joined in `audio`. first: of its first one, as opened by
// `open`. Its read() has the error kUnsupported if a further one has another sample rate or number
// of channels, or cannot be decoded.
[[nodiscard]] std::unique_ptr<Decoder> link_flac(std::unique_ptr<Decoder> first, AudioFile audio,
                                                 OpenFlac open);

}  // namespace genre::audio
