// Names files that are not audio, so that an error can say what a file is.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "genre/result.h"

namespace genre::audio {

// kNotAudio, with what the file with these first bytes is if that is known. formats: what to send
// instead.
[[nodiscard]] tl::unexpected<Error> not_audio(std::span<const std::byte> start,
                                              std::string_view formats);

}  // namespace genre::audio
