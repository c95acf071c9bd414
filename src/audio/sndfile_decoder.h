// Decoder based on libsndfile: WAV, RF64, W64, AIFF, AU, CAF, Ogg Vorbis and Opus.
#pragma once

#include <cstdint>
#include <memory>

#include "audio/container.h"
#include "audio/decoder.h"

namespace genre::audio {

// audio: a file without tags at its start, because libsndfile does not skip them. Null if
// libsndfile cannot open it. Error: kUnsupported for ADPCM, unless allow_adpcm.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_sndfile(const AudioFile& audio,
                                                            const Container& container,
                                                            bool allow_adpcm);

// audio: samples without a header. sndfile_format: a subtype and an endianness of libsndfile. sr:
// Hz. Error: kUnsupported.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_samples(const AudioFile& audio,
                                                            int sndfile_format, int sr,
                                                            int channels);

// The error for ADPCM, kUnsupported.
[[nodiscard]] tl::unexpected<Error> adpcm_not_allowed();

}  // namespace genre::audio
