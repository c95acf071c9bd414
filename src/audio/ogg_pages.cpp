#include "audio/ogg_pages.h"

#include <ogg/ogg.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace genre::audio {
namespace {

constexpr std::size_t kHeader = 27, kMostSegments = 255, kFlagsAt = 5, kGranuleAt = 6;
constexpr std::size_t kChecksumAt = 22, kSegmentsAt = 26;
constexpr std::size_t kMostBody = kMostSegments * 255;
constexpr std::string_view kTag = "OggS";

// The sizes of the page that starts with these bytes; nothing if it is damaged or incomplete.
struct PageSize {
  std::size_t header, body;
};
std::optional<PageSize> page_size(std::span<const std::byte> page) {
  if (page.size() < kHeader || !base::has_tag(page, 0, kTag)) return std::nullopt;
  const auto n_segments = static_cast<std::size_t>(page[kSegmentsAt]);
  if (page.size() < kHeader + n_segments) return std::nullopt;
  const auto sizes = page.subspan(kHeader, n_segments);
  const auto body = std::accumulate(
      sizes.begin(), sizes.end(), std::size_t{0},
      [](std::size_t sum, std::byte size) { return sum + static_cast<std::size_t>(size); });
  return PageSize{kHeader + n_segments, body};
}

bool has_right_checksum(std::span<std::byte> page, PageSize size) {
  const auto stored = base::read_uint(page, kChecksumAt, 4, base::Endian::kLittle);
  auto* bytes = reinterpret_cast<unsigned char*>(page.data());
  ogg_page libogg{bytes, static_cast<long>(size.header), bytes + size.header,
                  static_cast<long>(size.body)};
  ogg_page_checksum_set(&libogg);
  return base::read_uint(page, kChecksumAt, 4, base::Endian::kLittle) == stored;
}

}  // namespace

bool has_several_ogg_streams(const AudioFile& file, std::uint64_t begin) {
  constexpr auto kFirstPage = std::byte{2};
  std::array<std::byte, kHeader + kMostSegments> bytes{};
  int n_streams = 0;
  for (std::uint64_t at = begin; n_streams < 2;) {
    const auto page = std::span(bytes).first(file.read(at, bytes));
    const auto size = page_size(page);
    if (!size) break;  // the search ends at a damaged page
    if ((page[kFlagsAt] & kFirstPage) != std::byte{0}) ++n_streams;
    at += size->header + size->body;
  }
  return n_streams > 1;
}

OggDamage find_ogg_damage(const AudioFile& audio) {
  // Bounds the time for hostile files, whose every byte could start a page.
  constexpr std::uint64_t kMostRead = std::uint64_t{1} << 30;
  OggDamage damage;
  std::vector<std::byte> bytes(kHeader + kMostSegments + kMostBody);
  std::int64_t granule = 0;  // of the last undamaged page
  std::optional<OggDamage::Span> lost;
  std::uint64_t n_read = 0;
  for (std::uint64_t at = 0; at < audio.size() && n_read < kMostRead;) {
    const auto read = [&](std::size_t size) {
      const auto page = std::span(bytes).first(audio.read(at, std::span(bytes).first(size)));
      n_read += page.size();
      return page;
    };
    auto page = read(kHeader + kMostSegments);
    const auto size = page_size(page);
    if (size) page = read(size->header + size->body);
    const bool complete = size && page.size() == size->header + size->body;
    if (!complete && base::has_tag(page, 0, kTag) && at + page.size() == audio.size()) {
      damage.truncated = true;
      break;
    }
    const auto position = static_cast<std::int64_t>(
        base::read_uint(page, kGranuleAt, 8, base::Endian::kLittle).value_or(0));
    if (complete && has_right_checksum(page, *size)) {
      if (position >= 0) {  // a page without the end of a packet has none
        // A damaged page says where it ends, unless its header is what is damaged.
        if (lost && (lost->to <= lost->from || lost->to > position)) lost->to = position;
        granule = position;
      }
      if (lost) damage.spans.push_back(*lost);
      lost.reset();
      at += page.size();
      continue;
    }
    if (!lost) lost = {granule, granule};
    if (size && position > granule) lost->to = position;
    const auto rest = read(bytes.size());
    const auto next = base::as_text(rest).find(kTag, 1);
    // A tag may lie across the end of these bytes.
    constexpr std::size_t kMostOfTag = 3;
    at += next != std::string_view::npos
              ? next
              : std::max<std::size_t>(1, rest.size() - std::min(rest.size(), kMostOfTag));
  }
  if (lost) damage.spans.push_back(*lost);
  return damage;
}

}  // namespace genre::audio
