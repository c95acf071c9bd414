// Writes the index of TensorFlow's checkpoints, for tests.
#pragma once

#include <cstdint>
#include <string>

#include "pretrained/zip_writer.h"

namespace genre::pretrained::test {

inline std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

// One entry of a block.
inline std::string entry(std::size_t shared, const std::string& suffix, const std::string& value) {
  return varint(shared) + varint(suffix.size()) + varint(value.size()) + suffix + value;
}

// A block with one restart, which its compression and checksum follow.
inline std::string block(const std::string& entries, char compression = 0) {
  return entries + little(0, 4) + little(1, 4) + compression + little(0, 4);
}
inline constexpr std::size_t kTrailer = 5;

inline std::string handle(std::size_t offset, const std::string& block) {
  return varint(offset) + varint(block.size() - kTrailer);
}

// A BundleEntryProto. type: 1 is float32.
inline std::string array(int type, std::size_t offset, std::size_t size) {
  const std::string shape("\x12\x04\x12\x02\x08\x02", 6);  // [2]
  return std::string("\x08") + varint(static_cast<std::uint64_t>(type)) + shape + "\x20" +
         varint(offset) + "\x28" + varint(size) + "\x35" + "CRC!";
}

inline std::string table(const std::string& content, int n_times = 1) {
  std::string entries;
  for (int i = 0; i < n_times; ++i) entries += entry(0, "~", handle(0, content));
  const std::string handles = block(entries);
  std::string footer = handle(0, content) + handle(content.size(), handles);
  footer.resize(40);
  return content + handles + footer + little(0xdb4775248b80fb57, 8);
}

// Two arrays of the data "AAAABBBB" and one of another type.
inline std::string small_table() {
  return table(block(entry(0, "", "header") + entry(0, "layer/bias", array(1, 4, 4)) +
                     entry(6, "kernel", array(1, 0, 4)) + entry(6, "step", array(9, 0, 8))));
}

}  // namespace genre::pretrained::test
