// Reads ZIP archives, the format of PyTorch's files and of Python's wheels
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

// The entries of an archive, from its central directory. Stored and deflated entries can be read.
// Archives over 4 GiB (Zip64) and encrypted ones cannot. Checksums are not compared: the user of
// the content checks its SHA-256.
class ZipFile {
 public:
  struct Entry {
    std::string_view name;         // with its folders
    unsigned flags, method;        // as in the format
    std::size_t compressed, size;  // bytes
    std::size_t header;            // where its local header begins
  };

  // file: must outlive the object. Error: kBadModel.
  [[nodiscard]] static Result<ZipFile> open(base::Bytes file);

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const Entry* find(std::string_view name) const;  // null: no such entry

  // The content of an entry of at most `limit` bytes: an archive can declare any size. Errors:
  // kBadModel, kOutOfMemory.
  [[nodiscard]] Result<std::vector<std::byte>> read(const Entry& entry, std::size_t limit) const;

 private:
  explicit ZipFile(base::Bytes file) : file_(file) {}

  base::Bytes file_;
  std::vector<Entry> entries_;
};

}  // namespace genre::pretrained
