// The folders of the user for this program
// (https://specifications.freedesktop.org/basedir-spec/0.8/).
#pragma once

#include <filesystem>

namespace genre::base {

// $XDG_CACHE_HOME/genre, by default ~/.cache/genre: what can be made again. Empty if neither
// XDG_CACHE_HOME nor HOME is set.
[[nodiscard]] std::filesystem::path cache_folder();

// $XDG_DATA_HOME/genre, by default ~/.local/share/genre. Empty as above.
[[nodiscard]] std::filesystem::path data_folder();

// The part of it where `genre model pull` puts networks and where models look for them. Empty as
// above, and not a folder of the current one.
[[nodiscard]] std::filesystem::path networks_folder();

}  // namespace genre::base
