#include "batch/tags/raw_tags.h"

#include <algorithm>
#include <cstdint>

namespace genre::batch {
namespace {

using base::Endian;

// A number in four bytes with seven bits each, so that it never looks like an MPEG frame.
std::uint64_t synchsafe(std::uint64_t value) {
  return (value & 0x7F) | (value >> 1 & 0x3F80) | (value >> 2 & 0x1FC000) |
         (value >> 3 & 0xFE00000);
}

// Removes the zero after each 0xFF.
std::vector<std::byte> without_unsynchronisation(base::Bytes bytes) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(bytes[i]);
    if (bytes[i] == std::byte{0xFF} && i + 1 < bytes.size() && bytes[i + 1] == std::byte{}) ++i;
  }
  return out;
}

bool is_frame_name(std::string_view name) {
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

// Compressed, encrypted and grouped frames, and frames to drop when the tag changes. TagLib
// writes all frames without flags, which makes these unreadable.
bool has_lost_flags(base::Bytes frame_header, unsigned version) {
  if (version == 2) return false;
  const auto status = static_cast<unsigned>(frame_header[8]);
  const auto format = static_cast<unsigned>(frame_header[9]);
  return version == 3 ? (status & 0x80) != 0 || (format & 0xE0) != 0
                      : (status & 0x40) != 0 || (format & 0x4C) != 0;
}

}  // namespace

std::optional<std::vector<std::string>> id3v2_frames(base::Bytes tag) {
  constexpr std::size_t kHeader = 10;
  constexpr unsigned kUnsynchronised = 0x80, kExtended = 0x40, kFooter = 0x10;
  if (!base::has_tag(tag, 0, "ID3") || tag.size() < kHeader) return std::nullopt;
  const auto version = static_cast<unsigned>(tag[3]), flags = static_cast<unsigned>(tag[5]);
  if (version < 2 || version > 4 || (flags & (kExtended | kFooter)) != 0) return std::nullopt;
  const std::uint64_t size = synchsafe(*base::read_uint(tag, 6, 4, Endian::kBig));
  if (size > tag.size() - kHeader) return std::nullopt;
  base::Bytes content = tag.subspan(kHeader, static_cast<std::size_t>(size));
  std::vector<std::byte> decoded;
  if (version < 4 && (flags & kUnsynchronised) != 0) {  // 2.4 has this flag per frame
    decoded = without_unsynchronisation(content);
    content = decoded;
  }

  const std::size_t name_size = version == 2 ? 3 : 4, header_size = version == 2 ? 6 : 10;
  std::vector<std::string> names;
  while (content.size() >= header_size && content.front() != std::byte{}) {  // else it is padding
    std::uint64_t frame = *base::read_uint(content, name_size, name_size, Endian::kBig);
    if (version == 4) frame = synchsafe(frame);
    std::string name(base::as_text(content).substr(0, name_size));
    // TagLib stops at a frame without content and drops all frames after it.
    if (!is_frame_name(name) || frame == 0 || frame > content.size() - header_size ||
        has_lost_flags(content, version)) {
      return std::nullopt;
    }
    names.push_back(std::move(name));
    content = content.subspan(header_size + static_cast<std::size_t>(frame));
  }
  const bool padding = std::ranges::all_of(content, [](std::byte b) { return b == std::byte{}; });
  return padding ? std::optional(names) : std::nullopt;
}

std::optional<std::vector<std::string>> vorbis_comments(base::Bytes comment) {
  std::size_t at = 0;
  const auto text = [&]() -> std::optional<std::string> {
    const auto size = base::read_uint(comment, at, 4, Endian::kLittle);
    if (!size || *size > comment.size() - at - 4) return std::nullopt;
    std::string value(base::as_text(comment).substr(at + 4, *size));
    at += 4 + value.size();
    return value;
  };
  if (!text()) return std::nullopt;  // vendor string
  const auto n = base::read_uint(comment, at, 4, Endian::kLittle);
  if (!n) return std::nullopt;
  at += 4;
  std::vector<std::string> entries;
  for (std::uint64_t i = 0; i < *n; ++i) {
    auto entry = text();
    if (!entry) return std::nullopt;
    entries.push_back(std::move(*entry));
  }
  return entries;
}

std::optional<std::vector<InfoField>> info_fields(base::Bytes list) {
  constexpr std::size_t kHeader = 8;
  std::vector<InfoField> fields;
  std::size_t at = 4;
  while (at + kHeader <= list.size()) {
    const auto size = static_cast<std::size_t>(*base::read_uint(list, at + 4, 4, Endian::kLittle));
    if (size > list.size() - at - kHeader) return std::nullopt;
    fields.push_back({std::string(base::as_text(list).substr(at, 4)),
                      std::string(base::as_text(list).substr(at + kHeader, size))});
    at += kHeader + size + size % 2;
  }
  return at >= list.size() ? std::optional(fields) : std::nullopt;
}

std::string to_info_list(const std::vector<InfoField>& fields) {
  std::string list = "INFO";
  for (const auto& [id, value] : fields) {
    list += id;
    for (std::size_t i = 0; i < 4; ++i) list += static_cast<char>(value.size() >> 8 * i & 0xFF);
    list += value;
    if (value.size() % 2 == 1) list += '\0';
  }
  return list;
}

}  // namespace genre::batch
