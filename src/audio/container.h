// What the headers of a file say about it before libsndfile sees it: for errors that libsndfile
// does not tell apart, and for files that it must not be given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "genre/audio.h"

namespace genre::audio {

// The size in bytes of the ID3v2 tags at the start of a file, which may be more than the file has.
// They belong to MP3, but taggers put them before other formats too. Only their headers are read.
// https://id3.org/id3v2.4.0-structure
[[nodiscard]] std::uint64_t id3_size(const AudioFile& file);

struct Container {
  std::string_view name;   // "WAV", "FLAC", ...; empty where the bytes start like no audio file
  bool truncated = false;  // the header promises more than there is (FLAC and MP3 tell only later)
  bool damaged = false;    // Ogg Vorbis: headers that no decoder can start from
  bool unknown = false;    // Ogg Vorbis: more of the file must be held to know the above
};

// Of a file without ID3 tags. Chunks of WAV and AIFF files are found wherever they are.
[[nodiscard]] Container inspect_container(const AudioFile& file);

}  // namespace genre::audio
