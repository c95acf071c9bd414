// The side of libsndfile: WAV, RF64, W64, AIFF, AU, CAF, FLAC, Ogg Vorbis and Opus.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/container.h"
#include "audio/decoder.h"

namespace genre::audio {

// audio: a file without tags at its start, which libsndfile does not know. Null where libsndfile
// cannot open it. Error: kUnsupported for ADPCM, unless that is allowed.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_sndfile(const AudioFile& audio,
                                                            const HeaderPatch& patch,
                                                            bool allow_adpcm);

// kUnsupported: the audio is coded as ADPCM, which is not allowed.
[[nodiscard]] tl::unexpected<Error> adpcm_not_allowed();

}  // namespace genre::audio
