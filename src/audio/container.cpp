#include "audio/container.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "audio/vorbis_headers.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

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

bool has_mpeg_sync(base::Bytes file) {
  return file.size() >= 2 && file[0] == std::byte{0xFF} &&
         (file[1] & std::byte{0xE0}) == std::byte{0xE0};
}

}  // namespace

base::Bytes skip_id3_tags(base::Bytes file) {
  constexpr std::size_t kHeader = 10;
  while (base::has_tag(file, 0, "ID3") && file.size() >= kHeader) {
    std::size_t size = 0;
    for (std::size_t i = 6; i < kHeader; ++i) {
      size = size << 7 | (static_cast<std::size_t>(file[i]) & 0x7F);
    }
    file = file.subspan(std::min(file.size(), kHeader + size));
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
  if (has_mpeg_sync(file)) return {"MPEG audio"};
  if (base::has_tag(file, 0, "caff")) return {"CAF"};
  if (base::has_tag(file, 0, "riff")) return {"W64"};
  return {};
}

}  // namespace genre::audio
