#include "audio/container.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "audio/bytes.h"
#include "audio/vorbis_headers.h"

namespace genre {
namespace {

// A program that writes to a pipe cannot know the length beforehand: it writes the greatest one,
// or 0, and the audio simply goes on to the end of the file.
bool is_unknown_length(std::uint64_t size) { return size == 0 || size >= 0x7FFFF000U; }

// Walks the chunks of a RIFF or IFF file up to the one with the samples. RFC 2361 and EBU Tech 3306
// (RF64 and BW64: the true size stands in the chunk ds64).
bool chunks_truncated(Bytes file, std::string_view data_tag, Endian endian) {
  std::optional<std::uint64_t> ds64_data_size;
  std::size_t at = 12;
  while (at + 8 <= file.size()) {
    const std::uint64_t size = *read_uint(file, at + 4, 4, endian);
    if (has_tag(file, at, data_tag)) {
      const std::uint64_t present = file.size() - (at + 8);
      if (size == 0xFFFFFFFFU && ds64_data_size) return *ds64_data_size > present;
      return !is_unknown_length(size) && size > present;
    }
    if (has_tag(file, at, "ds64")) ds64_data_size = read_uint(file, at + 16, 8, endian);
    const std::uint64_t next = at + 8 + size + size % 2;  // chunks are padded to even length
    if (next > file.size()) return true;
    at = static_cast<std::size_t>(next);
  }
  return true;  // ended before any samples
}

bool au_truncated(Bytes file, Endian endian) {
  const auto offset = read_uint(file, 4, 4, endian);
  const auto size = read_uint(file, 8, 4, endian);
  if (!offset || !size || *offset > file.size()) return true;
  return !is_unknown_length(*size) && *size > file.size() - *offset;
}

Container inspect_ogg(Bytes file) {
  const VorbisHeaders headers = inspect_vorbis_headers(file);
  return {.name = headers == VorbisHeaders::kNotVorbis ? "Ogg" : "Ogg Vorbis",
          .truncated = headers == VorbisHeaders::kMissing,
          .damaged = headers == VorbisHeaders::kDamaged};
}

bool has_mpeg_sync(Bytes file) {
  return file.size() >= 2 && file[0] == std::byte{0xFF} &&
         (file[1] & std::byte{0xE0}) == std::byte{0xE0};
}

}  // namespace

Bytes skip_id3_tags(Bytes file) {
  constexpr std::size_t kHeader = 10;
  while (has_tag(file, 0, "ID3") && file.size() >= kHeader) {
    std::size_t size = 0;
    for (std::size_t i = 6; i < kHeader; ++i) {
      size = size << 7 | (static_cast<std::size_t>(file[i]) & 0x7F);
    }
    file = file.subspan(std::min(file.size(), kHeader + size));
  }
  return file;
}

Container inspect_container(Bytes file) {
  const bool wave = has_tag(file, 8, "WAVE") || file.size() < 12;
  if (has_tag(file, 0, "RIFF") && wave) {
    return {"WAV", chunks_truncated(file, "data", Endian::kLittle)};
  }
  if ((has_tag(file, 0, "RF64") || has_tag(file, 0, "BW64")) && wave) {
    return {"RF64", chunks_truncated(file, "data", Endian::kLittle)};
  }
  if (has_tag(file, 0, "RIFX") && wave) {
    return {"WAV", chunks_truncated(file, "data", Endian::kBig)};
  }
  if (has_tag(file, 0, "FORM") && (has_tag(file, 8, "AIF") || file.size() < 12)) {
    return {"AIFF", chunks_truncated(file, "SSND", Endian::kBig)};
  }
  if (has_tag(file, 0, ".snd")) return {"AU", au_truncated(file, Endian::kBig)};
  if (has_tag(file, 0, "dns.")) return {"AU", au_truncated(file, Endian::kLittle)};
  if (has_tag(file, 0, "fLaC")) return {"FLAC"};
  if (has_tag(file, 0, "OggS")) return inspect_ogg(file);
  if (has_mpeg_sync(file)) return {"MPEG audio"};
  if (has_tag(file, 0, "caff")) return {"CAF"};
  if (has_tag(file, 0, "riff")) return {"W64"};
  return {};
}

}  // namespace genre
