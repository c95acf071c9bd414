// Which bytes of an audio file are tags, and which must stay as they are.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "genre/audio.h"
#include "genre/result.h"

namespace genre::batch {

enum class TagContainer { kWav, kAiff, kMpeg, kFlac, kOggVorbis, kOpus };

struct Region {
  std::uint64_t offset, size;  // bytes
};

// The parts of a file.
struct Layout {
  TagContainer container{};
  // Everything but tags and padding, and the sizes, page numbers and checksums that depend on them.
  std::vector<Region> kept{};
  // The tags, for a check that TagLib keeps all of their fields: it drops those that it does not
  // understand. Empty if there are none.
  std::vector<Region> id3v2{}, info{}, comment{};  // without the headers of their chunks or packets

  // Merges adjacent regions: an Ogg file has thousands.
  void keep(std::uint64_t offset, std::uint64_t size) {
    if (!kept.empty() && kept.back().offset + kept.back().size == offset) {
      kept.back().size += size;
    } else {
      kept.push_back({offset, size});
    }
  }
};

// Detects the format from the bytes, and checks every part of the file that a new tag could damage.
// Error: kUnsupported; the message says why the file cannot be tagged.
[[nodiscard]] Result<Layout> inspect_layout(const AudioFile& file);

// The same for one format. The file must start like that format.
[[nodiscard]] Result<Layout> inspect_wav_layout(const AudioFile& file);
[[nodiscard]] Result<Layout> inspect_aiff_layout(const AudioFile& file);
[[nodiscard]] Result<Layout> inspect_mpeg_layout(const AudioFile& file);
[[nodiscard]] Result<Layout> inspect_flac_layout(const AudioFile& file);
[[nodiscard]] Result<Layout> inspect_ogg_layout(const AudioFile& file);

// Whether the kept bytes are the same in both files.
[[nodiscard]] bool same_bytes(const AudioFile& a, const Layout& in_a, const AudioFile& b,
                              const Layout& in_b);

// Bytes of the file from the offset on; fewer at its end.
[[nodiscard]] std::vector<std::byte> bytes_at(const AudioFile& file, std::uint64_t offset,
                                              std::size_t size);
[[nodiscard]] std::vector<std::byte> bytes_of(const AudioFile& file,
                                              const std::vector<Region>& regions);

// The size of an ID3v2 tag including its header, from the ten bytes of the header; 0 if they are
// not one.
[[nodiscard]] std::uint64_t id3v2_size(std::span<const std::byte> header);

template <typename... T>
[[nodiscard]] tl::unexpected<Error> untaggable(fmt::format_string<T...> why, T&&... values) {
  return fail(ErrorCode::kUnsupported,
              "the file cannot be tagged: " + fmt::format(why, std::forward<T>(values)...));
}

}  // namespace genre::batch
