// Selects the audio files in a folder.
#pragma once

#include <filesystem>

namespace genre::audio {

// Whether a file looks like audio by its extension or its first bytes. A file with the extension of
// a video format does not.
[[nodiscard]] bool is_audio_file(const std::filesystem::path& path);

}  // namespace genre::audio
