#include "base/walk.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace genre::base {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

}  // namespace

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
      if (!fs::is_directory(path, ignored)) return WalkEntry{.path = path};
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
    const bool is_link = folder->is_symlink(ignored);
    const fs::file_type type = folder->status(ignored).type();
    advance();
    if (is_hidden(path)) continue;
    if (type == fs::file_type::directory && !is_link) {
      if (auto problem = enter(path.string())) return problem;
    } else if (type == fs::file_type::regular && accept_(path)) {
      return WalkEntry{.path = path.string()};
    }
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
