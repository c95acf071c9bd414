// The files that a list of paths stands for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace genre {

struct WalkEntry {
  std::string path;
  bool named = false;        // in the list itself, not found in one of its folders
  std::string problem = {};  // of a folder that cannot be read; else empty
};

// A file of the list is itself; a folder is every file below it, as find(1) takes them: hidden ones
// as well, in the order of the folder, and symbolic links are not followed. Holds no more than the
// way to where it is.
class Walk {
 public:
  explicit Walk(std::vector<std::string> paths) : paths_(std::move(paths)) {}

  // Nothing at the end. Files that are not named in the list come only if they look like audio: by
  // their name, or by how they start.
  [[nodiscard]] std::optional<WalkEntry> next();

 private:
  std::optional<WalkEntry> enter(const std::string& folder);
  void advance();

  std::vector<std::string> paths_;
  std::size_t at_ = 0;  // in paths_
  std::vector<std::filesystem::directory_iterator>
      folders_;                       // that is read, behind those around it
  std::optional<WalkEntry> problem_;  // to tell of next
};

// Whether a file looks like audio: by its name, or by how it starts.
[[nodiscard]] bool is_audio_file(const std::filesystem::path& path);

struct WalkSize {
  std::size_t n_files = 0;
  std::size_t longest_path = 0;  // in bytes
};

// What a walk over the paths would give.
[[nodiscard]] WalkSize measure(const std::vector<std::string>& paths);

}  // namespace genre
