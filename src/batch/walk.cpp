#include "batch/walk.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <system_error>
#include <utility>

#include "genre/audio.h"

namespace genre {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 18> kExtensions = {
    ".aac", ".aif", ".aifc", ".aiff", ".au",   ".bwf", ".caf", ".flac", ".m4a",
    ".mp3", ".oga", ".ogg",  ".opus", ".rf64", ".snd", ".w64", ".wav",  ".wave"};

bool is_named_as_audio(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
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

std::optional<WalkEntry> Walk::enter(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return WalkEntry{.path = folder, .problem = error.message()};
  folders_.push_back(std::move(entries));
  return std::nullopt;
}

// To the folder's next entry, or to its end where it cannot be read any further.
void Walk::advance() {
  auto& folder = folders_.back();
  const fs::path path = folder->path().parent_path();
  std::error_code error;
  folder.increment(error);
  if (!error) return;
  folder = fs::directory_iterator();
  problem_ = WalkEntry{.path = path.string(), .problem = error.message()};
}

std::optional<WalkEntry> Walk::next() {
  while (true) {
    if (problem_) return std::exchange(problem_, std::nullopt);
    if (folders_.empty()) {
      if (at_ == paths_.size()) return std::nullopt;
      const std::string& path = paths_[at_++];
      std::error_code ignored;
      if (!fs::is_directory(path, ignored)) return WalkEntry{.path = path, .named = true};
      if (auto problem = enter(path)) return problem;
      continue;
    }
    auto& folder = folders_.back();
    if (folder == fs::directory_iterator()) {
      folders_.pop_back();
      continue;
    }
    const fs::path path = folder->path();
    std::error_code ignored;
    const fs::file_type type = folder->symlink_status(ignored).type();
    advance();
    if (type == fs::file_type::directory) {
      if (auto problem = enter(path.string())) return problem;
    } else if (type == fs::file_type::regular && is_audio_file(path)) {
      return WalkEntry{.path = path.string()};
    }
  }
}

WalkSize measure(const std::vector<std::string>& paths) {
  WalkSize size;
  Walk walk(paths);
  while (const auto entry = walk.next()) {
    ++size.n_files;
    size.longest_path = std::max(size.longest_path, entry->path.size());
  }
  return size;
}

}  // namespace genre
