// The side of libsndfile: WAV, RF64, W64, AIFF, AU, CAF, FLAC, Ogg Vorbis and Opus.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/container.h"
#include "audio/decoder.h"

namespace genre::audio {

// begin: where the audio starts in the file, behind tags that libsndfile does not know. Null where
// libsndfile cannot open it. patch: from `begin`. Error: kUnsupported for ADPCM, unless that is
// allowed.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_sndfile(const AudioFile& file,
                                                            std::uint64_t begin,
                                                            const HeaderPatch& patch,
                                                            bool allow_adpcm);

// kUnsupported: the audio is coded as ADPCM, which is not allowed.
[[nodiscard]] tl::unexpected<Error> adpcm_not_allowed();

}  // namespace genre::audio
