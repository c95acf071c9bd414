// Opens decoders for audio that is still arriving: those formats whose decoders never look ahead.
#pragma once

#include <memory>

#include "audio/decoder.h"

namespace genre::audio {

// file: a stream. Errors: those of open_decoder.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_stream(const AudioFile& file,
                                                           const DecodeLimits& limits);

// file: samples without a header. Errors: kBadParameter, kUnsupported.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_pcm(const AudioFile& file,
                                                        const PcmFormat& format);

}  // namespace genre::audio
