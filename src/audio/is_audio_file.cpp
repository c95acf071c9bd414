#include "audio/is_audio_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <string_view>

#include "base/text.h"
#include "genre/audio.h"

namespace genre::audio {
namespace {

namespace fs = std::filesystem;

constexpr auto kExtensions = std::to_array<std::string_view>(
    {".aac", ".ac3", ".aif", ".aifc", ".aiff", ".alac", ".amr",  ".ape",  ".asf", ".au",
     ".awb", ".bwf", ".caf", ".dff",  ".dsf",  ".eac3", ".flac", ".m4a",  ".m4b", ".m4r",
     ".mka", ".mp+", ".mp3", ".mpc",  ".oga",  ".ogg",  ".opus", ".rf64", ".snd", ".spx",
     ".tta", ".w64", ".wav", ".wave", ".webm", ".wma",  ".wv"});

// Video files start with the same bytes as audio files. They are skipped in a folder of music:
// most of their content is video.
constexpr auto kVideoExtensions = std::to_array<std::string_view>(
    {".3g2", ".3gp", ".m4v", ".mk3d", ".mkv", ".mov", ".mp4", ".ogm", ".ogv", ".qt", ".wmv"});

bool is_named(const fs::path& path, std::span<const std::string_view> extensions) {
  const std::string extension = base::to_lower(path.extension().string());
  return std::ranges::find(extensions, extension) != extensions.end();
}

bool starts_as_audio(const fs::path& path) {
  std::array<char, 64> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  const std::span bytes(start.data(), static_cast<std::size_t>(file.gcount()));
  return looks_like_audio(std::as_bytes(bytes));
}

}  // namespace

bool is_audio_file(const fs::path& path) {
  return is_named(path, kExtensions) ||
         (!is_named(path, kVideoExtensions) && starts_as_audio(path));
}

}  // namespace genre::audio
