// Whether an Ogg Vorbis stream has the three headers that a decoder needs. A stream without them
// must not reach libsndfile 1.2: it leaks 5.8 kB that libvorbis allocated, and a server would leak
// that for each truncated upload.
#pragma once

#include <cstddef>
#include <span>

namespace genre::audio {

enum class VorbisHeaders {
  kNotVorbis,  // the first page has another codec, or there is no page
  kComplete,
  kMissing,  // the stream ends before its third header
  kDamaged,
};

// `ogg` starts with its first page. https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-610004.2
[[nodiscard]] VorbisHeaders inspect_vorbis_headers(std::span<const std::byte> ogg);

}  // namespace genre::audio
