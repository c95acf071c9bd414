// The artist in the tags of an audio file.
#pragma once

#include <string>

namespace genre::dataset {

// Empty if the file has no tags, or none that TagLib can read. Thread-safe.
[[nodiscard]] std::string artist_tag(const std::string& path);

}  // namespace genre::dataset
