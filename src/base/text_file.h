// Appends text to a file or standard output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "genre/result.h"

namespace genre::base {

class TextFile {
 public:
  // Creates the file if it does not exist. keep: number of bytes at its start to keep. The first
  // write removes the rest. An empty path is standard output. For a pipe or a device, keep is
  // ignored. Errors: those of open_to_write().
  [[nodiscard]] static Result<TextFile> open(const std::string& path, std::uintmax_t keep);
  TextFile(TextFile&& other) noexcept;
  TextFile& operator=(TextFile&&) = delete;
  ~TextFile();

  // Whether the file had content that is not kept.
  [[nodiscard]] bool replaces() const { return replaces_; }

  // Passes the text to the system without buffering. On a terminal, what it would obey is escaped,
  // because CSV has the names of files unchanged (see printable()). If a file cannot take all of it
  // (disk full), nothing is appended. Error: kUnreadableFile.
  [[nodiscard]] Result<void> write(std::string_view text);

 private:
  TextFile(std::string path, int descriptor);

  std::string path_;
  int descriptor_;
  bool regular_ = false;  // so that it can be truncated
  bool terminal_ = false;
  bool replaces_ = false;
  bool cut_ = false;        // truncated to end_
  std::uintmax_t end_ = 0;  // bytes kept and written
};

}  // namespace genre::base
