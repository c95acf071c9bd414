// The files that a list of paths stands for.
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

// A path to a file stands for that file, and a path to a folder for every file below it. Hidden
// files and folders, whose names start with a dot, are left out. Symbolic links to files are
// followed; those to folders are not, since they can form a circle. The files of a folder come in
// the folder's own order. Memory grows with the depth of the folders, not with their size.
class Walk {
 public:
  // Whether to take a file that was found in a folder. A file that `paths` names is always taken.
  using Accept = std::function<bool(const std::filesystem::path&)>;

  Walk(std::vector<std::string> paths, Accept accept)
      : paths_(std::move(paths)), accept_(std::move(accept)) {}

  // Nothing at the end. May throw std::bad_alloc; the next call then gives the same entry.
  [[nodiscard]] std::optional<WalkEntry> next();

 private:
  struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
  };
  struct OpenFolder {
    std::string path;
    std::unique_ptr<DIR, CloseFolder> handle;
    const dirent* entry = nullptr;  // read from it, but not dealt with yet
  };

  std::optional<WalkEntry> enter(const std::string& path);

  std::vector<std::string> paths_;
  Accept accept_;
  std::size_t at_ = 0;               // in paths_
  std::vector<OpenFolder> folders_;  // outermost first
};

struct WalkSize {
  std::size_t n_files = 0;
  std::size_t longest_path = 0;  // in bytes
};

// What a walk over the paths would give.
[[nodiscard]] WalkSize measure(const std::vector<std::string>& paths, const Walk::Accept& accept);

}  // namespace genre::base
