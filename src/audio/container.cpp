#include "audio/container.h"

#include <array>
#include <cstdint>
#include <optional>

#include "audio/vorbis_headers.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

// A program that writes to a pipe cannot know the length beforehand: it writes the greatest one,
// or 0, and the audio simply goes on to the end of the file.
bool is_unknown_length(std::uint64_t size) { return size == 0 || size >= 0x7FFFF000U; }

// A header has to say something within so many chunks, or it is not one.
constexpr int kMostChunks = 100'000;

// Walks the chunks of a RIFF or IFF file up to the one with the samples. RFC 2361 and EBU Tech 3306
// (RF64 and BW64: the true size stands in the chunk ds64).
Container inspect_chunks(std::string_view name, const AudioFile& file, std::string_view data_tag,
                         base::Endian endian) {
  const Container whole{.name = name}, truncated{.name = name, .truncated = true};
  std::optional<std::uint64_t> ds64_data_size;
  std::uint64_t at = 12;
  for (int n = 0; n < kMostChunks; ++n) {
    std::array<std::byte, 24> chunk{};
    const base::Bytes header = std::span(chunk).first(file.read(at, chunk));
    const auto size = base::read_uint(header, 4, 4, endian);
    if (!size) return truncated;  // ended before any samples
    if (base::has_tag(header, 0, data_tag)) {
      const std::uint64_t present = file.size() - (at + 8);
      if (*size == 0xFFFFFFFFU && ds64_data_size) {
        return *ds64_data_size > present ? truncated : whole;
      }
      return !is_unknown_length(*size) && *size > present ? truncated : whole;
    }
    if (base::has_tag(header, 0, "ds64")) ds64_data_size = base::read_uint(header, 16, 8, endian);
    at += 8 + *size + *size % 2;  // chunks are padded to even length
    if (at > file.size()) return truncated;
  }
  return {.name = name, .damaged = true};
}

Container inspect_au(base::Bytes start, std::uint64_t file_size, base::Endian endian) {
  const auto offset = base::read_uint(start, 4, 4, endian);
  const auto size = base::read_uint(start, 8, 4, endian);
  const bool truncated = !offset || !size || *offset > file_size ||
                         (!is_unknown_length(*size) && *size > file_size - *offset);
  return {.name = "AU", .truncated = truncated};
}

Container inspect_ogg(const AudioFile& file) {
  const VorbisHeaders headers = inspect_vorbis_headers(file.start());
  const bool missing = headers == VorbisHeaders::kMissing;
  return {.name = headers == VorbisHeaders::kNotVorbis ? "Ogg" : "Ogg Vorbis",
          .truncated = missing,
          .damaged = headers == VorbisHeaders::kDamaged,
          .unknown = missing && file.size() > file.start().size()};
}

bool has_mpeg_sync(base::Bytes file) {
  return file.size() >= 2 && file[0] == std::byte{0xFF} &&
         (file[1] & std::byte{0xE0}) == std::byte{0xE0};
}

}  // namespace

std::uint64_t id3_size(const AudioFile& file) {
  std::uint64_t at = 0;
  while (true) {
    std::array<std::byte, 10> tag{};
    const base::Bytes header = std::span(tag).first(file.read(at, tag));
    if (header.size() < tag.size() || !base::has_tag(header, 0, "ID3")) return at;
    std::uint64_t size = 0;  // seven bits in each byte
    for (const std::byte part : header.subspan(6)) {
      size = size << 7 | (static_cast<std::uint64_t>(part) & 0x7F);
    }
    at += header.size() + size;
  }
}

Container inspect_container(const AudioFile& file) {
  const base::Bytes start = file.start();
  const bool wave = base::has_tag(start, 8, "WAVE") || start.size() < 12;
  if (base::has_tag(start, 0, "RIFF") && wave) {
    return inspect_chunks("WAV", file, "data", base::Endian::kLittle);
  }
  if ((base::has_tag(start, 0, "RF64") || base::has_tag(start, 0, "BW64")) && wave) {
    return inspect_chunks("RF64", file, "data", base::Endian::kLittle);
  }
  if (base::has_tag(start, 0, "RIFX") && wave) {
    return inspect_chunks("WAV", file, "data", base::Endian::kBig);
  }
  if (base::has_tag(start, 0, "FORM") && (base::has_tag(start, 8, "AIF") || start.size() < 12)) {
    return inspect_chunks("AIFF", file, "SSND", base::Endian::kBig);
  }
  if (base::has_tag(start, 0, ".snd")) return inspect_au(start, file.size(), base::Endian::kBig);
  if (base::has_tag(start, 0, "dns.")) return inspect_au(start, file.size(), base::Endian::kLittle);
  if (base::has_tag(start, 0, "fLaC")) return {"FLAC"};
  if (base::has_tag(start, 0, "OggS")) return inspect_ogg(file);
  if (has_mpeg_sync(start)) return {"MPEG audio"};
  if (base::has_tag(start, 0, "caff")) return {"CAF"};
  if (base::has_tag(start, 0, "riff")) return {"W64"};
  return {};
}

}  // namespace genre::audio
