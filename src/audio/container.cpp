#include "audio/container.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "audio/ffmpeg_formats.h"
#include "audio/mpeg_frames.h"
#include "audio/vorbis_headers.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

constexpr std::string_view kMpeg = "MPEG audio";

// A program that writes to a pipe cannot know the length beforehand: it writes the greatest one,
// or 0, and the audio simply goes on to the end of the file.
bool is_unknown_length(std::uint64_t size) { return size == 0 || size >= 0x7FFFF000U; }

// Walks the chunks of a RIFF or IFF file up to the one with the samples. RFC 2361 and EBU Tech 3306
// (RF64 and BW64: the true size stands in the chunk ds64).
Container inspect_chunks(std::string_view name, base::Bytes start, std::uint64_t file_size,
                         std::string_view data_tag, base::Endian endian) {
  const Container whole{.name = name}, truncated{.name = name, .truncated = true};
  std::optional<std::uint64_t> ds64_data_size;
  std::size_t at = 12;
  while (at + 8 <= start.size()) {
    const std::uint64_t size = *base::read_uint(start, at + 4, 4, endian);
    if (base::has_tag(start, at, data_tag)) {
      const std::uint64_t present = file_size - (at + 8);
      if (size == 0xFFFFFFFFU && ds64_data_size) {
        return *ds64_data_size > present ? truncated : whole;
      }
      return !is_unknown_length(size) && size > present ? truncated : whole;
    }
    if (base::has_tag(start, at, "ds64"))
      ds64_data_size = base::read_uint(start, at + 16, 8, endian);
    const std::uint64_t next = at + 8 + size + size % 2;  // chunks are padded to even length
    if (next > file_size) return truncated;
    at = static_cast<std::size_t>(next);
  }
  if (file_size > start.size()) return {.name = name, .unknown = true};
  return truncated;  // ended before any samples
}

Container inspect_au(base::Bytes start, std::uint64_t file_size, base::Endian endian) {
  const auto offset = base::read_uint(start, 4, 4, endian);
  const auto size = base::read_uint(start, 8, 4, endian);
  const bool truncated = !offset || !size || *offset > file_size ||
                         (!is_unknown_length(*size) && *size > file_size - *offset);
  return {.name = "AU", .truncated = truncated};
}

Container inspect_ogg(base::Bytes start, std::uint64_t file_size) {
  const VorbisHeaders headers = inspect_vorbis_headers(start);
  const bool missing = headers == VorbisHeaders::kMissing;
  return {.name = headers == VorbisHeaders::kNotVorbis ? "Ogg" : "Ogg Vorbis",
          .truncated = missing,
          .damaged = headers == VorbisHeaders::kDamaged,
          .unknown = missing && file_size > start.size()};
}

// MPEG audio has no header of its own: it may start in the middle of a frame, or behind zeros and
// tags that are longer than they say.
Container inspect_mpeg(base::Bytes start, std::uint64_t file_size) {
  // More of it would only find MPEG audio inside of other things.
  constexpr std::size_t kMostJunk = std::size_t{64} << 10;
  // Frames that begin within the junk may end behind it.
  constexpr std::size_t kMostRun = std::size_t{16} << 10;
  const auto searched = start.first(std::min(start.size(), kMostJunk + kMostRun));
  const auto frame = find_mpeg_frame(searched, searched.size() == file_size);
  if (frame && *frame <= kMostJunk) return {.name = kMpeg, .mpeg = true, .begin = *frame};
  if (starts_as_mpeg(start)) return {.name = kMpeg, .mpeg = true};  // the rest may be damaged
  return {};
}

// A tag's header and what it says follows; 0 where there is none.
std::size_t tag_size(base::Bytes file) {
  constexpr std::size_t kId3Header = 10, kApeHeader = 32;
  if (base::has_tag(file, 0, "ID3") && file.size() >= kId3Header) {
    std::size_t size = 0;
    for (std::size_t i = 6; i < kId3Header; ++i) {
      size = size << 7 | (static_cast<std::size_t>(file[i]) & 0x7F);
    }
    const bool footer = (file[5] & std::byte{0x10}) != std::byte{0};
    return kId3Header + size + (footer ? kId3Header : 0);
  }
  if (base::has_tag(file, 0, "APETAGEX")) {
    return kApeHeader + base::read_uint(file, 12, 4, base::Endian::kLittle).value_or(0);
  }
  return 0;
}

}  // namespace

Container inspect_behind_tags(base::Bytes start, std::uint64_t file_size) {
  const auto frame = find_mpeg_frame(start, start.size() == file_size);
  if (!frame) return {};
  return {.name = kMpeg, .mpeg = true, .begin = *frame};
}

base::Bytes skip_tags(base::Bytes file) {
  while (const std::size_t size = tag_size(file)) {
    file = file.subspan(std::min(file.size(), size));
  }
  return file;
}

Container inspect_container(base::Bytes file, std::uint64_t size) {
  const bool wave = base::has_tag(file, 8, "WAVE") || file.size() < 12;
  if (base::has_tag(file, 0, "RIFF") && wave) {
    return inspect_chunks("WAV", file, size, "data", base::Endian::kLittle);
  }
  if ((base::has_tag(file, 0, "RF64") || base::has_tag(file, 0, "BW64")) && wave) {
    return inspect_chunks("RF64", file, size, "data", base::Endian::kLittle);
  }
  if (base::has_tag(file, 0, "RIFX") && wave) {
    return inspect_chunks("WAV", file, size, "data", base::Endian::kBig);
  }
  if (base::has_tag(file, 0, "FORM") && (base::has_tag(file, 8, "AIF") || file.size() < 12)) {
    return inspect_chunks("AIFF", file, size, "SSND", base::Endian::kBig);
  }
  if (base::has_tag(file, 0, ".snd")) return inspect_au(file, size, base::Endian::kBig);
  if (base::has_tag(file, 0, "dns.")) return inspect_au(file, size, base::Endian::kLittle);
  if (base::has_tag(file, 0, "fLaC")) return {"FLAC"};
  if (base::has_tag(file, 0, "OggS")) return inspect_ogg(file, size);
  if (base::has_tag(file, 0, "caff")) return {"CAF"};
  if (base::has_tag(file, 0, "riff")) return {"W64"};
  if (const auto format = inspect_ffmpeg_format(file, size)) {
    return {.name = format->name, .truncated = format->truncated, .demuxer = format->demuxer};
  }
  if (const Container mpeg = inspect_mpeg(file, size); !mpeg.name.empty()) return mpeg;
  if (const auto format = inspect_cut_stream(file)) {
    return {.name = format->name, .demuxer = format->demuxer};
  }
  return {};
}

}  // namespace genre::audio
