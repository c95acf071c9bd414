// The checksum of a model file: it tells a damaged file from a whole one. It does not protect from
// people who change a file on purpose.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace genre::model {

// Appends two ONNX metadata_props: metadata_key::kChecksum, which says that a checksum follows, and
// metadata_key::kCrc32, the CRC-32 (that of zlib and PNG) of all bytes before it, as eight
// hexadecimal digits. onnx: a serialized model without a checksum.
[[nodiscard]] std::string with_checksum(std::string onnx);

enum class Checksum {
  kNone,  // the file does not end with one
  kRight,
  kWrong,
};
[[nodiscard]] Checksum check(std::span<const std::byte> onnx);

}  // namespace genre::model
