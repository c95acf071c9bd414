// Names files that are not audio, so that an error can say what a file is.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace genre::audio {

// What the file with these first bytes is, and what to use instead, as the end of a sentence: "a
// playlist (M3U); ..."; empty if it is not known.
[[nodiscard]] std::string_view describe_other_file(std::span<const std::byte> start);

}  // namespace genre::audio
