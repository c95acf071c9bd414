// Reads the page headers of an Ogg file (RFC 3533).
#pragma once

#include <cstdint>

#include "genre/audio.h"

namespace genre::audio {

// Whether the file has more than one stream: in parallel, such as audio and video, or one after the
// other, such as joined files. libsndfile decodes the first one at most. begin: offset of the first
// page.
[[nodiscard]] bool has_several_ogg_streams(const AudioFile& file, std::uint64_t begin);

}  // namespace genre::audio
