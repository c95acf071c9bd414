// Detects the format of a file from its headers, before libsndfile reads it: to report errors that
// libsndfile does not distinguish, and to keep files from it that it cannot handle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "genre/audio.h"

namespace genre::audio {

// The size in bytes that the ID3v2 and APE tags at the start of a file declare; it may exceed the
// size of the file. Only the headers of the tags are read. The tags were made for MP3, but taggers
// put them before other formats too. https://id3.org/id3v2.4.0-structure and
// https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
[[nodiscard]] std::uint64_t tags_size(const AudioFile& file);

// Bytes that replace those of the file when a decoder reads its header.
struct HeaderPatch {
  std::uint64_t at = 0;    // offset from the start of the audio
  std::string_view bytes;  // empty: no patch
};

struct Container {
  std::string_view name;  // "WAV", "FLAC", ...; empty if the format is unknown
  bool truncated =
      false;  // the header declares more than the file has (not known yet for FLAC, MP3)
  // If truncated and some samples are present: the bytes of samples that the header declares, and
  // those that are present.
  std::uint64_t declared = 0, present = 0;
  bool damaged = false;   // Ogg Vorbis: headers that no decoder can start from
  bool unknown = false;   // Ogg Vorbis: hold more of the file to know the above
  bool mpeg = false;      // MP3, or another layer of MPEG audio
  std::size_t begin = 0;  // offset of the first MPEG frame
  std::uint64_t end = 0;  // WAV: what is behind this offset is not part of the file; 0: nothing is
  HeaderPatch patch = {};
  std::string_view demuxer = {};  // FFmpeg's name of it, if only FFmpeg decodes it; else empty
};

// For a file without tags at its start. The chunks of WAV and AIFF files are read at any offset;
// for other formats, only the part that is held in memory is.
[[nodiscard]] Container inspect_container(const AudioFile& file);

// For a file that starts with tags whose declared sizes are wrong: searches for MPEG audio, and
// finds nothing else.
[[nodiscard]] Container inspect_behind_tags(const AudioFile& file);

}  // namespace genre::audio
