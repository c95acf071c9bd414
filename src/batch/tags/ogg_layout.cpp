// Ogg: packets in pages. RFC 3533; Vorbis I; RFC 7845 (Opus).
#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.h"
#include "batch/tags/layout.h"

namespace genre::batch {
namespace {

constexpr std::size_t kHeader = 27, kMaxSegments = 255;
constexpr std::size_t kLargestPage = kHeader + kMaxSegments + kMaxSegments * 255;
constexpr std::size_t kGenrePacket = 1;  // the second packet has the Vorbis comment

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    table[i] = i << 24;
    for (int bit = 0; bit < 8; ++bit) {
      table[i] = table[i] << 1 ^ ((table[i] & 0x80000000U) != 0 ? 0x04C11DB7U : 0U);
    }
  }
  return table;
}();

// The checksum of a page, computed with zeros in place of the checksum field.
std::uint32_t checksum(base::Bytes page) {
  constexpr std::size_t kBegin = 22, kEnd = 26;
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto byte = i >= kBegin && i < kEnd ? 0U : static_cast<std::uint32_t>(page[i]);
    crc = crc << 8 ^ kCrcTable[(crc >> 24 ^ byte) & 0xFF];
  }
  return crc;
}

struct Page {
  std::uint64_t flags, serial, sequence;
  base::Bytes lacing;
  std::size_t size;
};

std::optional<Page> parse_page(base::Bytes bytes) {
  using base::Endian;
  if (!base::has_tag(bytes, 0, std::string_view("OggS\0", 5)) || bytes.size() < kHeader) {
    return std::nullopt;
  }
  const auto n_segments = static_cast<std::size_t>(bytes[kHeader - 1]);
  if (bytes.size() < kHeader + n_segments) return std::nullopt;
  Page page{.flags = static_cast<std::uint64_t>(bytes[5]),
            .serial = *base::read_uint(bytes, 14, 4, Endian::kLittle),
            .sequence = *base::read_uint(bytes, 18, 4, Endian::kLittle),
            .lacing = bytes.subspan(kHeader, n_segments),
            .size = kHeader + n_segments};
  for (const std::byte lace : page.lacing) page.size += static_cast<std::size_t>(lace);
  if (page.size > bytes.size()) return std::nullopt;
  if (checksum(bytes.first(page.size)) != *base::read_uint(bytes, 22, 4, Endian::kLittle)) {
    return std::nullopt;
  }
  return page;
}

std::optional<TagContainer> codec_of(base::Bytes first_packet) {
  if (base::has_tag(first_packet, 0, "\x01vorbis")) return TagContainer::kOggVorbis;
  if (base::has_tag(first_packet, 0, "OpusHead")) return TagContainer::kOpus;
  return std::nullopt;
}

// A read buffer of the file. Pages are much smaller, so several are read at once.
class Window {
 public:
  explicit Window(const AudioFile& file) : file_(file) {}

  // Bytes from the offset on: the maximum size of a page, or the rest of the file.
  base::Bytes at(std::uint64_t offset) {
    if (offset + kLargestPage > begin_ + bytes_.size() && begin_ + bytes_.size() < file_.size()) {
      begin_ = offset;
      bytes_ = bytes_at(file_, begin_, 4 * kLargestPage);
    }
    return base::Bytes(bytes_).subspan(std::min<std::size_t>(offset - begin_, bytes_.size()));
  }

 private:
  const AudioFile& file_;
  std::uint64_t begin_ = 0;
  std::vector<std::byte> bytes_;
};

// Collects the regions to keep, page by page.
class Packets {
 public:
  explicit Packets(TagContainer container) : layout_{.container = container} {}

  void add(const Page& page, std::uint64_t at) {
    const std::size_t n_headers = layout_.container == TagContainer::kOggVorbis ? 3 : 2;
    // Flags and time of pages with audio: TagLib only renumbers these.
    if (packet_ >= n_headers) layout_.keep(at + 5, 9);
    std::uint64_t offset = at + kHeader + page.lacing.size();
    for (const std::byte lace : page.lacing) {
      const auto size = static_cast<std::uint64_t>(lace);
      if (packet_ == kGenrePacket) {
        layout_.comment.push_back({offset, size});
      } else {
        layout_.keep(offset, size);
      }
      offset += size;
      packet_ += size < 255 ? 1 : 0;
    }
  }

  [[nodiscard]] bool has_genre_packet() const { return packet_ > kGenrePacket; }
  [[nodiscard]] Layout take() { return std::move(layout_); }

 private:
  Layout layout_;
  std::size_t packet_ = 0;  // of the next segment
};

// The bytes before the Vorbis comment in its packet must stay.
Result<Layout> without_header(Layout layout, const AudioFile& file) {
  const std::string_view header =
      layout.container == TagContainer::kOggVorbis ? "\x03vorbis" : "OpusTags";
  Region& first = layout.comment.front();
  if (first.size < header.size() ||
      !base::has_tag(bytes_at(file, first.offset, header.size()), 0, header)) {
    return untaggable("its second Ogg packet is not a Vorbis comment");
  }
  layout.keep(first.offset, header.size());
  first = {first.offset + header.size(), first.size - header.size()};
  return layout;
}

}  // namespace

Result<Layout> inspect_ogg_layout(const AudioFile& file) {
  constexpr std::uint64_t kFirst = 2, kLast = 4;  // flags
  std::optional<Packets> packets;
  Page before{};
  Window window(file);
  for (std::uint64_t at = 0; at < file.size();) {
    const base::Bytes bytes = window.at(at);
    const auto page = parse_page(bytes);
    if (!page) return untaggable("its Ogg pages are damaged at byte {}", at);
    if (!packets) {
      const auto codec = codec_of(bytes.subspan(kHeader + page->lacing.size()));
      if (!codec) return untaggable("its Ogg stream is neither Vorbis nor Opus");
      packets.emplace(*codec);
    } else if (page->serial != before.serial || (page->flags & kFirst) != 0 ||
               (before.flags & kLast) != 0) {
      return untaggable("it has several Ogg streams, each with its own tags");
    } else if (page->sequence != before.sequence + 1) {
      return untaggable("Ogg pages are missing before byte {}", at);
    }
    packets->add(*page, at);
    before = *page;
    at += page->size;
  }
  if (!packets || !packets->has_genre_packet()) return untaggable("its Ogg headers are cut off");
  return without_header(packets->take(), file);
}

}  // namespace genre::batch
