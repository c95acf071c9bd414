#include "audio/ogg_pages.h"

#include <array>
#include <numeric>
#include <span>

#include "base/bytes.h"

namespace genre::audio {

bool has_several_ogg_streams(const AudioFile& file, std::uint64_t begin) {
  constexpr std::size_t kHeader = 27, kMostSegments = 255, kFlagsAt = 5, kSegmentsAt = 26;
  constexpr auto kFirstPage = std::byte{2};
  std::array<std::byte, kHeader + kMostSegments> bytes{};
  int n_streams = 0;
  for (std::uint64_t at = begin; n_streams < 2;) {
    const auto page = std::span(bytes).first(file.read(at, bytes));
    // The search ends at a damaged page.
    if (page.size() < kHeader || !base::has_tag(page, 0, "OggS")) break;
    if ((page[kFlagsAt] & kFirstPage) != std::byte{0}) ++n_streams;
    const auto n_segments = static_cast<std::size_t>(page[kSegmentsAt]);
    if (page.size() < kHeader + n_segments) break;
    const auto sizes = page.subspan(kHeader, n_segments);
    at += std::accumulate(
        sizes.begin(), sizes.end(), std::uint64_t{kHeader + n_segments},
        [](std::uint64_t sum, std::byte size) { return sum + static_cast<std::uint64_t>(size); });
  }
  return n_streams > 1;
}

}  // namespace genre::audio
