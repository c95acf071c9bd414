// The pages of an Ogg file (RFC 3533), of which only the headers are read.
#pragma once

#include <cstdint>

#include "genre/audio.h"

namespace genre::audio {

// Whether more than one stream is in the file: beside each other, as sound and picture are, or one
// behind the other, as of joined files. libsndfile hears at most the first one.
[[nodiscard]] bool has_several_ogg_streams(const AudioFile& file, std::uint64_t begin);

}  // namespace genre::audio
