#include "audio/container.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "audio/ffmpeg_formats.h"
#include "audio/mpeg_frames.h"
#include "audio/vorbis_headers.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

constexpr std::string_view kMpeg = "MPEG audio";

// A program that writes to a pipe does not know the length when it writes the header. It writes the
// maximum or 0, and the audio extends to the end of the file.
bool is_unknown_length(std::uint64_t size) { return size == 0 || size >= 0x7FFFF000U; }

constexpr std::string_view kUnknownLength = "\xFF\xFF\xFF\xFF";

// For a file whose chunk of samples, at offset `at`, has the size 0: whether it was written to a
// pipe. If so, the size of the whole file does not extend past that chunk either. If not, other
// chunks follow and there are no samples.
bool is_open(base::Bytes start, std::uint64_t at, base::Endian endian) {
  const std::uint64_t size = *base::read_uint(start, 4, 4, endian);
  return is_unknown_length(size) || size + 8 <= at + 8;
}

// A file with more chunks before its samples is damaged. The limit bounds the time for hostile
// files.
constexpr int kMostChunks = 100'000;

// Reads the chunk headers of a RIFF or IFF file up to the chunk with the samples. Sources: RFC
// 2361, and EBU Tech 3306 (RF64 and BW64 have the true size in the chunk ds64).
Container inspect_chunks(std::string_view name, const AudioFile& file, std::string_view data_tag,
                         base::Endian endian) {
  Container whole{.name = name};
  const Container truncated{.name = name, .truncated = true};
  // BW64 differs from RF64 in its tag only, and libsndfile knows RF64.
  if (base::has_tag(file.start(), 0, "BW64")) whole.patch = {0, "RF64"};
  std::optional<std::uint64_t> ds64_data_size;
  std::uint64_t at = 12;
  for (int n = 0; n < kMostChunks; ++n) {
    std::array<std::byte, 24> chunk{};
    const base::Bytes header = std::span(chunk).first(file.read(at, chunk));
    const auto size = base::read_uint(header, 4, 4, endian);
    if (!size) return truncated;  // ended before any samples
    if (base::has_tag(header, 0, data_tag)) {
      const std::uint64_t present = file.size() - (at + 8);
      const auto cut = [&](std::uint64_t declared) {
        return Container{.name = name,
                         .truncated = true,
                         .declared = present > 0 ? declared : 0,
                         .present = present,
                         .patch = whole.patch};
      };
      if (*size == 0xFFFFFFFFU && ds64_data_size) {
        return *ds64_data_size > present ? cut(*ds64_data_size) : whole;
      }
      if (*size == 0 && present > 0 && is_open(file.start(), at, endian)) {
        whole.patch = {at + 4, kUnknownLength};
        return whole;
      }
      // The file may have others joined to it, or anything else that libsndfile would take for a
      // damaged chunk.
      const std::uint64_t end = 8 + *base::read_uint(file.start(), 4, 4, endian);
      if (end >= at + 8 + *size && end < file.size() && name == "WAV") whole.end = end;
      // One missing byte is accepted: some programs omit the last byte or the padding.
      return !is_unknown_length(*size) && *size > present + 1 ? cut(*size) : whole;
    }
    if (base::has_tag(header, 0, "ds64")) ds64_data_size = base::read_uint(header, 16, 8, endian);
    at += 8 + *size + *size % 2;  // chunks are padded to even length
    if (at > file.size()) return truncated;
  }
  return {.name = name, .damaged = true};
}

// The chunks of Sony Wave64 have GUIDs as tags, 64-bit sizes that include their headers, and are
// padded to 8 bytes. libsndfile reads a file that is cut in its samples without an error.
Container inspect_w64(const AudioFile& file) {
  constexpr std::size_t kHeader = 24, kFirstChunk = 40, kAlignment = 8;
  std::uint64_t at = kFirstChunk;
  for (int n = 0; n < kMostChunks; ++n) {
    std::array<std::byte, kHeader> header{};
    const bool complete = at <= file.size() && file.read(at, header) == kHeader;
    const auto size = base::read_uint(header, 16, 8, base::Endian::kLittle).value_or(0);
    if (!complete || size < kHeader) return {.name = "W64"};
    const std::uint64_t present = file.size() - at - kHeader, declared = size - kHeader;
    if (base::has_tag(header, 0, "data")) {
      constexpr std::uint64_t kUnknown = std::uint64_t{1} << 62;  // as written to a pipe
      const bool cut = declared > present && present > 0 && declared < kUnknown;
      return {.name = "W64", .truncated = cut, .declared = declared, .present = present};
    }
    if (declared > present) return {.name = "W64"};
    at += (size + kAlignment - 1) / kAlignment * kAlignment;
  }
  return {.name = "W64", .damaged = true};
}

Container inspect_au(base::Bytes start, std::uint64_t file_size, base::Endian endian) {
  const auto offset = base::read_uint(start, 4, 4, endian);
  const auto size = base::read_uint(start, 8, 4, endian);
  if (!offset || !size || *offset > file_size) return {.name = "AU", .truncated = true};
  const std::uint64_t present = file_size - *offset;
  if (is_unknown_length(*size) || *size <= present) return {.name = "AU"};
  return {.name = "AU", .truncated = true, .declared = present > 0 ? *size : 0, .present = present};
}

Container inspect_ogg(const AudioFile& file) {
  const VorbisHeaders headers = inspect_vorbis_headers(file.start());
  const bool missing = headers == VorbisHeaders::kMissing;
  return {.name = headers == VorbisHeaders::kNotVorbis ? "Ogg" : "Ogg Vorbis",
          .truncated = missing,
          .damaged = headers == VorbisHeaders::kDamaged,
          .unknown = missing && file.size() > file.start().size()};
}

// MPEG audio has no file header. It may start in the middle of a frame, or after zeros, or after
// tags that are longer than they declare.
Container inspect_mpeg(const AudioFile& file) {
  const base::Bytes start = file.start();
  // A longer search would find MPEG audio embedded in other formats.
  constexpr std::size_t kMostJunk = std::size_t{64} << 10;
  // Frames that start within kMostJunk may end after it.
  constexpr std::size_t kMostRun = std::size_t{16} << 10;
  const auto searched = start.first(std::min(start.size(), kMostJunk + kMostRun));
  const auto frame = find_mpeg_frame(searched, searched.size() == file.size());
  if (frame && *frame <= kMostJunk) return {.name = kMpeg, .mpeg = true, .begin = *frame};
  if (starts_as_mpeg(start)) return {.name = kMpeg, .mpeg = true};  // the rest may be damaged
  return {};
}

// The size of the tag with this header, header included; 0 if it is not a tag.
std::uint64_t tag_size(base::Bytes header) {
  constexpr std::size_t kId3Header = 10, kApeHeader = 32;
  if (base::has_tag(header, 0, "ID3") && header.size() >= kId3Header) {
    std::uint64_t size = 0;  // seven bits in each byte
    for (std::size_t i = 6; i < kId3Header; ++i) {
      size = size << 7 | (static_cast<std::uint64_t>(header[i]) & 0x7F);
    }
    const bool footer = (header[5] & std::byte{0x10}) != std::byte{0};
    return kId3Header + size + (footer ? kId3Header : 0);
  }
  if (base::has_tag(header, 0, "APETAGEX")) {
    return kApeHeader + base::read_uint(header, 12, 4, base::Endian::kLittle).value_or(0);
  }
  return 0;
}

}  // namespace

Container inspect_behind_tags(const AudioFile& file) {
  const auto frame = find_mpeg_frame(file.start(), file.start().size() == file.size());
  if (!frame) return {};
  return {.name = kMpeg, .mpeg = true, .begin = *frame};
}

std::uint64_t tags_size(const AudioFile& file) {
  std::uint64_t at = 0;
  while (true) {
    std::array<std::byte, 16> header{};
    const std::uint64_t size = tag_size(std::span(header).first(file.read(at, header)));
    if (size == 0) return at;
    at += size;
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
  if (base::has_tag(start, 0, "caff")) return {"CAF"};
  if (base::has_tag(start, 0, "riff")) return inspect_w64(file);
  if (const auto format = inspect_ffmpeg_format(start, file.size())) {
    return {.name = format->name, .truncated = format->truncated, .demuxer = format->demuxer};
  }
  if (const Container mpeg = inspect_mpeg(file); !mpeg.name.empty()) return mpeg;
  if (const auto format = inspect_cut_stream(start)) {
    return {.name = format->name, .demuxer = format->demuxer};
  }
  return {};
}

}  // namespace genre::audio
