// The genre in a file's own tags: ID3 of MP3, WAV and AIFF, comments of FLAC, Ogg and Opus
// (TagLib).
#pragma once

#include <string>

#include "genre/result.h"

namespace genre::batch {

// Errors: kUnsupported where the format has no tags; kUnreadableFile.
[[nodiscard]] Result<std::string> read_genre_tag(const std::string& path);

// Other tags and the audio stay as they are. The file is replaced as a whole by a copy that has the
// tag, so that it is the one or the other whenever the process ends. Errors: as above.
[[nodiscard]] Result<void> write_genre_tag(const std::string& path, const std::string& genre);

}  // namespace genre::batch
