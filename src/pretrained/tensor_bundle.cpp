#include "pretrained/tensor_bundle.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace genre::pretrained {
namespace {

using base::Bytes;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// A table ends with two handles, padded with zeros, and a number.
constexpr std::size_t kFooterSize = 48;
constexpr std::uint64_t kMagic = 0xdb4775248b80fb57;

// Keys share parts and blocks can be listed twice, so a short file can declare any amount of text.
constexpr std::size_t kMostEntries = 4096, kLongestKey = 256;

// Where a block is in the table.
struct Handle {
  std::uint64_t offset, size;
};

CodedInputStream stream_of(Bytes bytes) {
  return CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

bool read_handle(CodedInputStream& from, Handle& handle) {
  return from.ReadVarint64(&handle.offset) && from.ReadVarint64(&handle.size);
}

std::optional<Bytes> part(Bytes bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

using Entries = std::vector<std::pair<std::string, Bytes>>;

// The keys and values of a block. A key is stored as the number of bytes that it shares with the
// one before, and the others. Nothing if the block is damaged or compressed, or has more entries
// than are left.
std::optional<Entries> read_block(Bytes table, Handle handle, std::size_t& n_left) {
  constexpr std::uint64_t kCompression = 1;  // the byte behind the block; 0: none
  const auto block = part(table, handle.offset, handle.size);
  const auto compression = part(table, handle.offset + handle.size, kCompression);
  if (!block || !compression || compression->front() != std::byte{0}) return std::nullopt;
  constexpr std::size_t kWidth = 4;  // of the offsets at the end of the block, and of their number
  if (block->size() < kWidth) return std::nullopt;
  const auto restarts =
      *base::read_uint(*block, block->size() - kWidth, kWidth, base::Endian::kLittle);
  if (restarts > block->size() / kWidth - 1) return std::nullopt;
  const Bytes content = block->first(block->size() - kWidth * (1 + restarts));
  auto from = stream_of(content);
  Entries entries;
  std::string key;
  while (static_cast<std::size_t>(from.CurrentPosition()) < content.size()) {
    std::uint32_t shared = 0, added = 0, size = 0;
    std::string suffix;
    if (!from.ReadVarint32(&shared) || !from.ReadVarint32(&added) || !from.ReadVarint32(&size) ||
        n_left-- == 0 || shared > key.size() || added > kLongestKey - shared ||
        !from.ReadString(&suffix, static_cast<int>(added))) {
      return std::nullopt;
    }
    key.resize(shared);
    key += suffix;
    const auto at = static_cast<std::size_t>(from.CurrentPosition());
    const auto value = part(content, at, size);
    if (!value || !from.Skip(static_cast<int>(size))) return std::nullopt;
    entries.emplace_back(key, *value);
  }
  return entries;
}

// The fields of BundleEntryProto that say where an array is.
struct Location {
  std::uint64_t type = 0, file = 0, offset = 0, size = 0;
};

std::optional<Location> read_location(Bytes message) {
  constexpr std::uint32_t kType = 1, kFile = 3, kOffset = 4, kSize = 5;
  Location location;
  auto from = stream_of(message);
  while (const std::uint32_t tag = from.ReadTag()) {
    std::uint64_t ignored = 0;
    const auto field = WireFormatLite::GetTagFieldNumber(tag);
    auto& value = field == kType     ? location.type
                  : field == kFile   ? location.file
                  : field == kOffset ? location.offset
                  : field == kSize   ? location.size
                                     : ignored;
    const bool number = WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_VARINT;
    if (number ? !from.ReadVarint64(&value) : !WireFormatLite::SkipField(&from, tag)) {
      return std::nullopt;
    }
  }
  if (!from.ConsumedEntireMessage()) return std::nullopt;
  return location;
}

}  // namespace

Result<std::map<std::string, Bytes>> read_tensor_bundle(Bytes index, Bytes data) {
  const auto damaged = [] {
    return fail(ErrorCode::kBadModel,
                "the index of the TensorFlow checkpoint cannot be read: it is another file, or it "
                "is damaged");
  };
  constexpr std::size_t kMagicSize = sizeof(kMagic);
  if (index.size() < kFooterSize || index.size() > INT32_MAX ||
      base::read_uint(index, index.size() - kMagicSize, kMagicSize, base::Endian::kLittle) !=
          kMagic) {
    return damaged();
  }
  auto footer = stream_of(index.last(kFooterSize));
  Handle unused{}, blocks{};
  if (!read_handle(footer, unused) || !read_handle(footer, blocks)) return damaged();
  std::size_t n_left = kMostEntries;
  const auto handles = read_block(index, blocks, n_left);
  if (!handles) return damaged();
  std::map<std::string, Bytes> arrays;
  for (const auto& [last_key, bytes] : *handles) {
    Handle handle{};
    auto from = stream_of(bytes);
    if (!read_handle(from, handle)) return damaged();
    const auto entries = read_block(index, handle, n_left);
    if (!entries) return damaged();
    for (const auto& [name, message] : *entries) {
      if (name.empty()) continue;  // the header of the bundle
      const auto location = read_location(message);
      if (!location) return damaged();
      constexpr std::uint64_t kFloat = 1;  // DataType.DT_FLOAT
      if (location->type != kFloat || location->file != 0) continue;
      const auto array = part(data, location->offset, location->size);
      if (!array) return damaged();
      arrays.emplace(name, *array);
    }
  }
  return arrays;
}

}  // namespace genre::pretrained
