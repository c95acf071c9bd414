// What the headers of a file say about it before libsndfile sees it: for errors that libsndfile
// does not tell apart, and for files that it must not be given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace genre::audio {

// The file without the ID3v2 and APE tags at its start. They belong to MP3, but taggers put them
// before other formats too. https://id3.org/id3v2.4.0-structure and
// https://wiki.hydrogenaud.io/index.php?title=APEv2_specification
[[nodiscard]] std::span<const std::byte> skip_tags(std::span<const std::byte> file);

struct Container {
  std::string_view name;   // "WAV", "FLAC", ...; empty where the bytes start like no audio file
  bool truncated = false;  // the header promises more than there is (FLAC and MP3 tell only later)
  bool damaged = false;    // Ogg Vorbis: headers that no decoder can start from
  bool unknown = false;    // what tells stands behind the start that was looked at
  bool mpeg = false;       // MP3, or another layer of MPEG audio
  // FFmpeg's name of the demuxer, where nothing else decodes it; else empty.
  std::string_view demuxer = {};
  std::size_t begin = 0;  // of its first frame, behind what no decoder needs
};

// start: the file, or so much of it; size: of the file.
[[nodiscard]] Container inspect_container(std::span<const std::byte> start, std::uint64_t size);

// The same for a file that starts with tags whose sizes are wrong, so that what follows them is
// found by itself: MPEG audio, or nothing.
[[nodiscard]] Container inspect_behind_tags(std::span<const std::byte> start,
                                            std::uint64_t file_size);

}  // namespace genre::audio
