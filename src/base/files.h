// Files as a whole: read at once, or replaced at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genre/result.h"

namespace genre::base {

// The most bytes that are read at once: the limit of a protobuf message, and so of an ONNX model.
// Without one, a sparse file or an endless device would take all the memory of the machine.
inline constexpr std::size_t kMaxRead = std::size_t{2} << 30;

// Reads a file of at most `limit` bytes. A pipe or a device is read to its end.
// Errors: kUnreadableFile, kOutOfMemory.
[[nodiscard]] Result<std::vector<std::byte>> read_file(const std::string& path,
                                                       std::size_t limit = kMaxRead);

// A new version of a file. It is written to a temporary file in the same folder, which then takes
// the file's name. Whenever the process or the machine stops, the path names the old version or the
// new one, never a part of it. Where the path is a symbolic link, its target is replaced. What is
// no regular file, such as a pipe or /dev/stdout, is written to directly.
class FileReplacement {
 public:
  // What the new version takes from the old one. Owner and permissions are always kept.
  enum class Keep { kNothingElse, kTimes };

  // Creates the temporary file, empty. Error: kUnreadableFile.
  [[nodiscard]] static Result<FileReplacement> begin(const std::string& path,
                                                     Keep keep = Keep::kNothingElse);
  FileReplacement(FileReplacement&& other) noexcept;
  FileReplacement& operator=(FileReplacement&& other) noexcept;
  ~FileReplacement();  // removes the temporary file, unless it was committed

  // For libraries that open files by name. Do not move or replace it.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }

  // Appends. Error: kUnreadableFile.
  [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
  [[nodiscard]] Result<void> write(std::string_view text) {
    return write(std::as_bytes(std::span(text)));
  }

  // Waits for the disk, then replaces the file. Error: kUnreadableFile; then the old version stays.
  [[nodiscard]] Result<void> commit();

 private:
  FileReplacement() = default;
  void discard() noexcept;
  [[nodiscard]] Result<void> keep_attributes() const;

  std::string path_;       // of the file to replace, without symbolic links
  std::string temporary_;  // the same as path_ where that is written to directly
  Keep keep_ = Keep::kNothingElse;
  int descriptor_ = -1;
};

// Replaces a file by these bytes. Error: kUnreadableFile.
[[nodiscard]] Result<void> write_file(const std::string& path, std::span<const std::byte> bytes);
[[nodiscard]] inline Result<void> write_file(const std::string& path, std::string_view text) {
  return write_file(path, std::as_bytes(std::span(text)));
}

// Whether a file name, without its folder, is one that FileReplacement gives to temporary files. A
// killed process leaves such a file behind.
[[nodiscard]] bool is_temporary_name(std::string_view name);

}  // namespace genre::base
