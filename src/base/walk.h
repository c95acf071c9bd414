// Lists the files of a list of paths.
#pragma once

#include <dirent.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace genre::base {

struct WalkEntry {
  std::string path;
  std::string problem = {};  // why a folder cannot be read; empty for a file
};

// Lists the files among the paths, and recursively all files in the folders among them. Hidden
// files and folders (names that start with a dot) are skipped. Symbolic links to files are
// followed; links to folders are not, because they can form a cycle. The order within a folder is
// that of readdir. Memory grows with the depth of the folders, not with their size.
class Walk {
 public:
  // Whether to list a file found in a folder. Files named in `paths` are always listed.
  using Accept = std::function<bool(const std::filesystem::path&)>;

  Walk(std::vector<std::string> paths, Accept accept)
      : paths_(std::move(paths)), accept_(std::move(accept)) {}

  // The next file; nothing at the end. After std::bad_alloc, the next call returns the same entry.
  [[nodiscard]] std::optional<WalkEntry> next();

 private:
  struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
  };
  struct OpenFolder {
    std::string path;
    std::unique_ptr<DIR, CloseFolder> handle;
    const dirent* entry = nullptr;  // read, but not processed yet
  };

  std::optional<WalkEntry> enter(const std::string& path);

  std::vector<std::string> paths_;
  Accept accept_;
  std::size_t at_ = 0;               // index in paths_
  std::vector<OpenFolder> folders_;  // outermost first
};

struct WalkSize {
  std::size_t n_files = 0;
  std::size_t longest_path = 0;  // bytes
};

// Counts the files that a walk over the paths lists.
[[nodiscard]] WalkSize measure(const std::vector<std::string>& paths, const Walk::Accept& accept);

}  // namespace genre::base
