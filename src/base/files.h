// Reads whole files, and replaces files atomically.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genre/result.h"

namespace genre::base {

// Default size limit of read_file in bytes: that of a protobuf message, and so of an ONNX model.
// Without a limit, a sparse file or an endless device would use up all memory.
inline constexpr std::size_t kMaxRead = std::size_t{2} << 30;

// Reads a file of at most `limit` bytes. A pipe or a device is read to its end.
// Errors: kUnreadableFile, kOutOfMemory; kCancelled if an Interrupt happens while a pipe is waited
// for.
[[nodiscard]] Result<std::vector<std::byte>> read_file(const std::string& path,
                                                       std::size_t limit = kMaxRead);

// Replaces a file atomically. The new version is written to a temporary file in the same folder,
// which commit() renames. Even if the process or the machine stops, the path has the complete old
// version or the complete new one. If the path is a symbolic link, its target is replaced. A pipe,
// /dev/stdout or anything else that is not a regular file is written to directly.
class FileReplacement {
 public:
  // What to copy from the old version in addition to the owner, permissions and extended
  // attributes, which are always copied as far as the process has the right to.
  enum class Keep { kNothingElse, kTimes };

  // Creates the temporary file, empty. Errors: kUnreadableFile; kCancelled if an Interrupt happens
  // while the reader of a named pipe is waited for.
  [[nodiscard]] static Result<FileReplacement> begin(const std::string& path,
                                                     Keep keep = Keep::kNothingElse);
  FileReplacement(FileReplacement&& other) noexcept;
  FileReplacement& operator=(FileReplacement&& other) noexcept;
  ~FileReplacement();  // without a commit, removes the temporary file

  // The path of the temporary file, for libraries that open files by name. Do not rename it.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }

  // Appends. Error: kUnreadableFile.
  [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
  [[nodiscard]] Result<void> write(std::string_view text) {
    return write(std::as_bytes(std::span(text)));
  }

  // Syncs the data to disk, then replaces the file. Error: kUnreadableFile; the old version
  // remains.
  [[nodiscard]] Result<void> commit();

 private:
  FileReplacement() = default;
  void discard() noexcept;
  [[nodiscard]] Result<void> keep_attributes() const;

  std::string path_;       // of the file to replace, with symbolic links resolved
  std::string temporary_;  // equal to path_ if that is written to directly
  Keep keep_ = Keep::kNothingElse;
  int descriptor_ = -1;
};

// Replaces a file with these bytes, atomically. Error: kUnreadableFile.
[[nodiscard]] Result<void> write_file(const std::string& path, std::span<const std::byte> bytes);
[[nodiscard]] inline Result<void> write_file(const std::string& path, std::string_view text) {
  return write_file(path, std::as_bytes(std::span(text)));
}

// Whether a file name, without its folder, is that of a temporary file of FileReplacement. A killed
// process leaves such a file behind.
[[nodiscard]] bool is_temporary_name(std::string_view name);

}  // namespace genre::base
