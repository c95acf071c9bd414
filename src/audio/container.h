// What the first bytes of a file say about it, for errors that libsndfile does not tell apart.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace genre {

struct Container {
  std::string_view name;   // "WAV", "FLAC", ...; empty where the bytes start like no audio file
  bool truncated = false;  // WAV, AIFF and AU: the header promises more bytes than there are
};

[[nodiscard]] Container inspect_container(std::span<const std::byte> file);

}  // namespace genre
