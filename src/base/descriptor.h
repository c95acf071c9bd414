// File descriptors: ownership, and calls that neither a signal nor a pipe without its other end can
// hold up.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "genre/result.h"

namespace genre::base {

// Owns a file descriptor and closes it.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor();

  [[nodiscard]] int get() const { return descriptor_; }
  // The caller closes it.
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

// Opens a file, a pipe or a device for reading. Does not wait for the writer of a named pipe. Read
// it with read_some().
// Error: kUnreadableFile.
[[nodiscard]] Result<Descriptor> open_to_read(const std::string& path);

// read(2): waits until there are bytes, and returns their number; 0 at the end. Errors:
// kUnreadableFile; kCancelled after an Interrupt, if nothing writes to a named pipe.
[[nodiscard]] Result<std::size_t> read_some(int descriptor, std::span<std::byte> to);

// Opens a file, a pipe or a device for writing, and waits for the reader of a named pipe. flags:
// more flags of open(2), such as O_CREAT. Errors: kUnreadableFile; kCancelled after an Interrupt,
// if a named pipe has no reader.
[[nodiscard]] Result<Descriptor> open_to_write(const std::string& path, int flags = 0);

// write(2), until all of the bytes are written. Returns 0 or errno.
[[nodiscard]] int write_all(int descriptor, std::span<const std::byte> bytes);

// kUnreadableFile, with a message for the path of an output. An empty path is standard output.
[[nodiscard]] tl::unexpected<Error> unwritable(const std::string& path, const std::string& why);

// The text for an errno.
[[nodiscard]] std::string reason(int error);

}  // namespace genre::base
