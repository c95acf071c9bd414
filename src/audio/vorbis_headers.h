// Whether an Ogg Vorbis stream has the three headers that a decoder starts from. libsndfile 1.2
// must not be given one that lacks them: it forgets to free what libvorbis allocated for it (5.8
// kB each), which a server would lose to every cut upload.
#pragma once

#include <cstddef>
#include <span>

namespace genre::audio {

enum class VorbisHeaders {
  kNotVorbis,  // the first page is of another codec, or there is none
  kComplete,
  kMissing,  // the stream ends before its third header
  kDamaged,
};

// `ogg` starts with its first page. https://xiph.org/vorbis/doc/Vorbis_I_spec.html#x1-610004.2
[[nodiscard]] VorbisHeaders inspect_vorbis_headers(std::span<const std::byte> ogg);

}  // namespace genre::audio
