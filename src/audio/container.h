// What the headers of a file say about it before libsndfile sees it: for errors that libsndfile
// does not tell apart, and for files that it must not be given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "genre/audio.h"

namespace genre::audio {

// The size in bytes of the ID3v2 and APE tags at the start of a file, as they declare it: it may be
// more than the file has. Only the tags' headers are read. They belong to MP3, but taggers put them
// before other formats too. https://id3.org/id3v2.4.0-structure and
// https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
[[nodiscard]] std::uint64_t tags_size(const AudioFile& file);

// Bytes of a header that a decoder is to see in place of those in the file.
struct HeaderPatch {
  std::uint64_t at = 0;    // from the start of the audio
  std::string_view bytes;  // empty: nothing to change
};

struct Container {
  std::string_view name;   // "WAV", "FLAC", ...; empty where the bytes start like no audio file
  bool truncated = false;  // the header promises more than there is (FLAC and MP3 tell only later)
  bool damaged = false;    // Ogg Vorbis: headers that no decoder can start from
  bool unknown = false;    // Ogg Vorbis: more of the file must be held to know the above
  bool mpeg = false;       // MP3, or another layer of MPEG audio
  std::size_t begin = 0;   // of its first frame, behind what no decoder needs
  HeaderPatch patch = {};
  std::string_view demuxer = {};  // FFmpeg's name of it, where nothing else decodes it; else empty
};

// Of a file without tags at its start. Chunks of WAV and AIFF files are found wherever they are;
// for the rest, what is held of the file is looked at.
[[nodiscard]] Container inspect_container(const AudioFile& file);

// The same for a file that starts with tags whose sizes are wrong, so that what follows them is
// found by itself: MPEG audio, or nothing.
[[nodiscard]] Container inspect_behind_tags(const AudioFile& file);

}  // namespace genre::audio
