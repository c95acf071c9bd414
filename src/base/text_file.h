// A file, or standard output, that text is written behind.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "genre/result.h"

namespace genre::base {

class TextFile {
 public:
  // keep: so many bytes of what the file holds; the rest is cut off. An empty path: standard
  // output. Error: kUnreadableFile, as of write.
  [[nodiscard]] static Result<TextFile> open(const std::string& path, std::uintmax_t keep);

  // All of it is with the system when this returns.
  [[nodiscard]] Result<void> write(std::string_view text);

 private:
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stdout) std::fclose(file);
    }
  };
  TextFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace genre::base
