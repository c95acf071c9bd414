// Which files are worth trying as audio.
#pragma once

#include <filesystem>

namespace genre::audio {

// Whether a file looks like audio: by its name, or by its first bytes. One that is named as video
// does not.
[[nodiscard]] bool is_audio_file(const std::filesystem::path& path);

}  // namespace genre::audio
