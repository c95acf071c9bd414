#include "model/checksum.h"

#include <fmt/format.h>

#include <boost/crc.hpp>
#include <string_view>

#include "genre/model.h"

namespace genre::model {
namespace {

constexpr std::size_t kDigits = 8;

// A protobuf message may be continued by appending fields. This is the field metadata_props of
// ModelProto: its number and type, its size, and in it key and value, each with its own. No size
// needs more than one byte.
std::string entry(std::string_view key, std::string_view value) {
  constexpr char kMetadataProps = 14 << 3 | 2, kKey = 1 << 3 | 2, kValue = 2 << 3 | 2;
  const auto field = [](char tag, std::string_view text) {
    return fmt::format("{}{}{}", tag, static_cast<char>(text.size()), text);
  };
  return field(kMetadataProps, field(kKey, key) + field(kValue, value));
}

std::string checksum_entry(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return entry(metadata_key::kCrc32, fmt::format("{:0{}x}", crc.checksum(), kDigits));
}

}  // namespace

std::string with_checksum(std::string onnx) {
  onnx += entry(metadata_key::kChecksum, "crc32");
  onnx += checksum_entry(onnx);
  return onnx;
}

Checksum check(std::span<const std::byte> onnx) {
  const std::string_view file(reinterpret_cast<const char*>(onnx.data()), onnx.size());
  const std::string any = entry(metadata_key::kCrc32, std::string(kDigits, '0'));
  if (file.size() < any.size()) return Checksum::kNone;
  const auto covered = file.substr(0, file.size() - any.size());
  const auto end = file.substr(covered.size());
  if (!end.starts_with(std::string_view(any).substr(0, any.size() - kDigits))) {
    return Checksum::kNone;
  }
  return end == checksum_entry(covered) ? Checksum::kRight : Checksum::kWrong;
}

}  // namespace genre::model
