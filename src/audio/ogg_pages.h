// Reads the page headers of an Ogg file (RFC 3533).
#pragma once

#include <cstdint>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

// Whether the file has more than one stream: in parallel, such as audio and video, or one after the
// other, such as joined files. libsndfile decodes the first one at most. begin: offset of the first
// page.
[[nodiscard]] bool has_several_ogg_streams(const AudioFile& file, std::uint64_t begin);

struct OggDamage {
  // Parts with lost pages, as granule positions: the last one before the part, and the first one
  // after the lost audio. Equal if it is not known how much is lost.
  struct Span {
    std::int64_t from, to;
  };
  std::vector<Span> spans;
  bool truncated = false;  // the file ends inside a page
};

// Checks all pages of a file with one stream. Reads the whole file. audio: begins with the first
// page.
[[nodiscard]] OggDamage find_ogg_damage(const AudioFile& audio);

}  // namespace genre::audio
