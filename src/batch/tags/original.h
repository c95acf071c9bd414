// The file that a tagged version is to replace.
#pragma once

#include <sys/stat.h>

#include <string>

#include "genre/result.h"

namespace genre::batch {

class Original {
 public:
  // Errors: kUnsupported if the path is not a regular file, or has several hard links, which a
  // replacement would separate; kUnreadableFile, also if the file or its folder is read-only.
  [[nodiscard]] static Result<Original> open(const std::string& path);
  Original(Original&& other) noexcept;
  Original& operator=(Original&&) = delete;
  ~Original();

  // Waits for other threads and processes that have locked this file. Does nothing if the file
  // system has no locks; is_still() then still detects most changes.
  void lock() const;

  // Whether the path still leads to this file, and the file is unchanged since it was opened.
  [[nodiscard]] bool is_still(const std::string& path) const;

 private:
  Original(int descriptor, const struct stat& status) : descriptor_(descriptor), status_(status) {}

  int descriptor_;
  struct stat status_;
};

}  // namespace genre::batch
