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

constexpr std::array<std::string_view, 18> kExtensions = {
    ".aac", ".aif", ".aifc", ".aiff", ".au",   ".bwf", ".caf", ".flac", ".m4a",
    ".mp3", ".oga", ".ogg",  ".opus", ".rf64", ".snd", ".w64", ".wav",  ".wave"};

bool is_named_as_audio(const fs::path& path) {
  const std::string extension = base::to_lower(path.extension().string());
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
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
  return is_named_as_audio(path) || starts_as_audio(path);
}

}  // namespace genre::audio
