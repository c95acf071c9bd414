// A file, or standard output, that text is appended to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "genre/result.h"

namespace genre::base {

class TextFile {
 public:
  // Creates the file if there is none. keep: bytes of its content to write after. The rest of it
  // stays until the first write, which cuts it off. An empty path is standard output. A pipe or a
  // device is written to as it comes. Error: kUnreadableFile.
  [[nodiscard]] static Result<TextFile> open(const std::string& path, std::uintmax_t keep);
  TextFile(TextFile&& other) noexcept;
  TextFile& operator=(TextFile&&) = delete;
  ~TextFile();

  // Whether there was content at open and none of it is kept.
  [[nodiscard]] bool replaces() const { return replaces_; }

  // The system has all of the text when this returns. Where a file cannot take all of it, it takes
  // none. Error: kUnreadableFile.
  [[nodiscard]] Result<void> write(std::string_view text);

 private:
  TextFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
  bool regular_ = false;  // so that it can be cut
  bool replaces_ = false;
  bool cut_ = false;        // behind what is kept
  std::uintmax_t end_ = 0;  // of what is kept and was written
};

}  // namespace genre::base
