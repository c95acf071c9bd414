// The file that a tagged version is to replace.
#pragma once

#include <sys/stat.h>

#include <string>

#include "genre/result.h"

namespace genre::batch {

class Original {
 public:
  // Errors: kUnsupported where replacing the file would do more than change it: no regular file, or
  // one with several names (hard links); kUnreadableFile, also where the file or its folder is
  // read-only.
  [[nodiscard]] static Result<Original> open(const std::string& path);
  Original(Original&& other) noexcept;
  Original& operator=(Original&&) = delete;
  ~Original();

  // Waits until nobody else has locked this file. Where the file system has no locks, only
  // is_still() is left to find out about others.
  void lock() const;

  // Whether the path leads to this file, and nobody has changed it since it was opened.
  [[nodiscard]] bool is_still(const std::string& path) const;

 private:
  Original(int descriptor, const struct stat& status) : descriptor_(descriptor), status_(status) {}

  int descriptor_;
  struct stat status_;
};

}  // namespace genre::batch
