// MP3 and FLAC: tags before and after a stream of frames.
// https://id3.org/id3v2.4.0-structure, https://id3.org/ID3v1, https://id3.org/Lyrics3v2,
// https://wiki.hydrogenaud.io/index.php?title=APEv2_specification, RFC 9639 (FLAC).
#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "batch/tags/layout.h"

namespace genre::batch {
namespace {

constexpr std::uint64_t kId3v1 = 128, kEnhancedId3v1 = 227, kApeFooter = 32;

// The tags after the frames, from the end of the file backwards.
struct Trailer {
  std::uint64_t begin = 0;
  bool ape = false;
};

bool has_at(const AudioFile& file, std::uint64_t end, std::uint64_t before, std::string_view tag) {
  return end >= before && base::has_tag(bytes_at(file, end - before, tag.size()), 0, tag);
}

// The start of the Lyrics3 tag that ends at `end`; `end` if there is none. Version 1 is treated as
// none, because it does not store its size.
std::uint64_t begin_of_lyrics(const AudioFile& file, std::uint64_t end) {
  constexpr std::uint64_t kTail = 15;  // six digits and "LYRICS200"
  if (end < kTail || !has_at(file, end, 9, "LYRICS200")) return end;
  const auto digits = bytes_at(file, end - kTail, 6);
  std::uint64_t size = 0;
  const std::string_view text = base::as_text(digits);
  std::from_chars(text.data(), text.data() + text.size(), size);
  return end - std::min(end, kTail + size);
}

Result<Trailer> inspect_trailer(const AudioFile& file) {
  Trailer trailer{.begin = file.size()};
  if (has_at(file, trailer.begin, kId3v1, "TAG")) {
    trailer.begin -= kId3v1;
    if (has_at(file, trailer.begin, kEnhancedId3v1, "TAG+")) {
      return untaggable("it has an enhanced ID3v1 tag (TAG+) with its own genre");
    }
  }
  if (has_at(file, trailer.begin, kApeFooter, "APETAGEX")) {
    const auto footer = bytes_at(file, trailer.begin - kApeFooter, kApeFooter);
    const std::uint64_t flags = *base::read_uint(footer, 20, 4, base::Endian::kLittle);
    const std::uint64_t size = *base::read_uint(footer, 12, 4, base::Endian::kLittle) +
                               (flags >> 31 != 0 ? kApeFooter : 0);
    if (size < kApeFooter || size > trailer.begin) return untaggable("its APE tag is damaged");
    trailer.begin -= size;
    trailer.ape = true;
  }
  // TagLib finds neither, and would leave a second genre in them.
  const std::uint64_t lyrics = begin_of_lyrics(file, trailer.begin);
  if (has_at(file, lyrics, kApeFooter, "APETAGEX")) {
    return untaggable("it has an APE tag where other programs do not look for one");
  }
  if (has_at(file, trailer.begin, 10, "3DI")) {
    return untaggable("it has an ID3v2 tag at its end");
  }
  return trailer;
}

}  // namespace

std::uint64_t id3v2_size(base::Bytes header) {
  constexpr std::size_t kHeader = 10;
  if (!base::has_tag(header, 0, "ID3") || header.size() < kHeader) return 0;
  std::uint64_t size = kHeader;
  std::uint64_t content = 0;
  for (std::size_t i = 6; i < kHeader; ++i) {
    content = content << 7 | (static_cast<std::uint64_t>(header[i]) & 0x7F);
  }
  constexpr auto kHasFooter = std::byte{0x10};
  size += (header[5] & kHasFooter) != std::byte{} ? kHeader : 0;
  return size + content;
}

Result<Layout> inspect_mpeg_layout(const AudioFile& file) {
  const std::uint64_t begin = id3v2_size(bytes_at(file, 0, 10));
  return inspect_trailer(file).and_then([&](const Trailer& trailer) -> Result<Layout> {
    if (begin >= trailer.begin) return untaggable("its tags overlap");
    Layout layout{.container = TagContainer::kMpeg};
    if (begin > 0) layout.id3v2.push_back({0, begin});
    layout.keep(begin, trailer.begin - begin);
    return layout;
  });
}

Result<Layout> inspect_flac_layout(const AudioFile& file) {
  enum Block : unsigned { kStreamInfo = 0, kPadding = 1, kVorbisComment = 4 };
  constexpr std::size_t kHeader = 4;
  auto trailer = inspect_trailer(file);
  if (!trailer) return tl::make_unexpected(std::move(trailer.error()));
  if (trailer->ape) return untaggable("it has an APE tag, which only MP3 files have; remove it");

  Layout layout{.container = TagContainer::kFlac};
  std::uint64_t at = 4;
  layout.keep(0, at);
  for (bool last = false; !last;) {
    const auto header = bytes_at(file, at, kHeader);
    if (header.size() < kHeader) return untaggable("its FLAC metadata is cut off");
    const auto type = static_cast<unsigned>(header[0]) & 0x7F;
    const std::uint64_t size = *base::read_uint(header, 1, 3, base::Endian::kBig);
    if ((at == 4) != (type == kStreamInfo) || at + kHeader + size >= trailer->begin) {
      return untaggable("its FLAC metadata is damaged");
    }
    last = (header[0] & std::byte{0x80}) != std::byte{};
    if (type == kVorbisComment) layout.comment.push_back({at + kHeader, size});
    // Not the type: its byte also has the flag of the last block, and another block may become the
    // last.
    if (type != kVorbisComment && type != kPadding) layout.keep(at + 1, kHeader - 1 + size);
    at += kHeader + size;
  }
  if (layout.comment.size() > 1) return untaggable("it has several tags of the same kind");
  layout.keep(at, trailer->begin - at);
  return layout;
}

}  // namespace genre::batch
