#include "base/walk.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace genre::base {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const dirent& entry) { return entry.d_name[0] == '.'; }

// The type of the file, or of the target of a symbolic link; none for a link to a folder.
fs::file_type type_of(const dirent& entry, const fs::path& path) {
  if (entry.d_type == DT_REG) return fs::file_type::regular;
  if (entry.d_type == DT_DIR) return fs::file_type::directory;
  std::error_code ignored;
  const fs::file_type type = fs::status(path, ignored).type();
  const bool link = fs::is_symlink(fs::symlink_status(path, ignored));
  return link && type == fs::file_type::directory ? fs::file_type::none : type;
}

WalkEntry unreadable(const std::string& path, int error) {
  return {.path = path, .problem = std::generic_category().message(error)};
}

}  // namespace

std::optional<WalkEntry> Walk::enter(const std::string& path) {
  OpenFolder folder{.path = path, .handle = nullptr};
  folders_.reserve(folders_.size() + 1);
  folder.handle.reset(opendir(path.c_str()));
  if (!folder.handle) return unreadable(path, errno);
  folders_.push_back(std::move(folder));
  return std::nullopt;
}

// Uses POSIX functions, because the iterators of std::filesystem end the process if there is no
// memory for the path of the next entry. An entry counts as processed only after the last step that
// may throw, so that the next call continues with it.
std::optional<WalkEntry> Walk::next() {
  while (true) {
    if (folders_.empty()) {
      if (at_ == paths_.size()) return std::nullopt;
      const std::string& path = paths_[at_];
      std::error_code ignored;
      auto found = fs::is_directory(path, ignored) ? enter(path) : WalkEntry{.path = path};
      ++at_;
      if (found) return found;
      continue;
    }
    const std::size_t depth = folders_.size() - 1;
    OpenFolder& folder = folders_[depth];
    if (folder.entry == nullptr) {
      errno = 0;
      folder.entry = readdir(folder.handle.get());
    }
    if (folder.entry == nullptr) {
      std::optional<WalkEntry> problem;
      if (errno != 0) problem = unreadable(folder.path, errno);
      folders_.pop_back();
      if (problem) return problem;
      continue;
    }
    std::optional<WalkEntry> found;
    if (!is_hidden(*folder.entry)) {
      const fs::path path = fs::path(folder.path) / folder.entry->d_name;
      const fs::file_type type = type_of(*folder.entry, path);
      if (type == fs::file_type::directory) {
        found = enter(path.string());
      } else if (type == fs::file_type::regular && accept_(path)) {
        found = WalkEntry{.path = path.string()};
      }
    }
    folders_[depth].entry = nullptr;  // enter may have moved the folders
    if (found) return found;
  }
}

WalkSize measure(const std::vector<std::string>& paths, const Walk::Accept& accept) {
  WalkSize size;
  Walk walk(paths, accept);
  while (const auto entry = walk.next()) {
    ++size.n_files;
    size.longest_path = std::max(size.longest_path, entry->path.size());
  }
  return size;
}

}  // namespace genre::base
