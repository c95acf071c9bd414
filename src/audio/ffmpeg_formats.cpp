#include "audio/ffmpeg_formats.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace genre::audio {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  std::string_view tag;
  FfmpegFormat format;
};

constexpr std::array kSignatures = {
    Signature{"wvpk", {"WavPack", "wv"}},
    Signature{"TTA1", {"TTA", "tta"}},
    Signature{"MPCK", {"Musepack", "mpc8"}},
    Signature{"DSD \x1C\0\0\0"sv, {"DSF", "dsf"}},
    Signature{"#!AMR", {"AMR", "amr"}},
    // The GUID of the ASF header object.
    Signature{"\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9\x00\xAA\x00\x62\xCE\x6C"sv, {"WMA", "asf"}},
};

// ISO/IEC 14496-12: the brands of image files, which have no audio.
constexpr std::array kPictures = {"avif"sv, "avis"sv, "heic"sv, "heix"sv, "heim"sv, "heis"sv,
                                  "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv, "jp2 "sv, "crx "sv};

// Whether the file ends within a box before the index of the samples (the box moov). Such a file
// cannot be played.
bool ends_before_index(base::Bytes start, std::uint64_t file_size) {
  for (std::uint64_t at = 0; at + 8 <= start.size();) {
    std::uint64_t size = *base::read_uint(start, at, 4, base::Endian::kBig);
    if (base::has_tag(start, at + 4, "moov")) return false;
    if (size == 1) size = base::read_uint(start, at + 8, 8, base::Endian::kBig).value_or(0);
    if (size < 8) return false;  // the box extends to the end of the file, or is damaged
    if (size > file_size - at) return true;
    at += size;
  }
  return false;
}

std::optional<FfmpegFormat> inspect_mp4(base::Bytes start) {
  // The first byte of a box smaller than 512 MiB is below a space; the first byte of a text is not.
  if (start.size() < 8 || start.front() >= std::byte{' '}) return std::nullopt;
  if (base::has_tag(start, 4, "ftyp")) {
    const std::string_view brand = base::as_text(start).substr(8, 4);
    if (std::ranges::find(kPictures, brand) != kPictures.end()) return std::nullopt;
    if (brand == "M4A " || brand == "M4B " || brand == "M4P ") return FfmpegFormat{"M4A", "mov"};
    if (brand == "qt  ") return FfmpegFormat{"MOV", "mov"};
    if (brand.starts_with("3g")) return FfmpegFormat{"3GP", "mov"};
    return FfmpegFormat{"MP4", "mov"};
  }
  // QuickTime before it had brands.
  for (const auto box : {"moov"sv, "mdat"sv, "wide"sv, "free"sv, "skip"sv, "pnot"sv}) {
    if (base::has_tag(start, 4, box)) return FfmpegFormat{"MOV", "mov"};
  }
  return std::nullopt;
}

std::optional<FfmpegFormat> inspect_matroska(base::Bytes start) {
  constexpr std::size_t kHeader = 64;  // the document type is within these bytes
  if (!base::has_tag(start, 0, "\x1A\x45\xDF\xA3")) return std::nullopt;
  const std::string_view header = base::as_text(start).substr(0, kHeader);
  if (header.find("webm") != header.npos) return FfmpegFormat{"WebM", "matroska"};
  return FfmpegFormat{"Matroska", "matroska"};
}

// Signatures that a text may start with too, so the version after them is checked.
std::optional<FfmpegFormat> inspect_versioned(base::Bytes start) {
  constexpr std::uint64_t kOldestApe = 3800, kNewestApe = 4999;
  if (base::has_tag(start, 0, "MAC ")) {
    const auto version = base::read_uint(start, 4, 2, base::Endian::kLittle);
    if (version >= kOldestApe && version <= kNewestApe) return FfmpegFormat{"APE", "ape"};
  }
  if (base::has_tag(start, 0, "MP+")) {
    const auto version = base::read_uint(start, 3, 1, base::Endian::kLittle);
    if (version && (*version & 15) == 7) return FfmpegFormat{"Musepack", "mpc"};
  }
  return std::nullopt;
}

// ISO/IEC 13818-7, 6.2. The sync word is too short for a signature, so the next frames are checked
// too, as far as these bytes reach.
bool is_adts(base::Bytes start) {
  constexpr std::size_t kHeader = 7;
  for (int frame = 0; frame < 3 && (frame == 0 || !start.empty()); ++frame) {
    const auto header = base::read_uint(start, 0, kHeader, base::Endian::kBig);
    if (!header) return frame > 0;
    const std::uint64_t sync = *header >> 44, layer = *header >> 41 & 3, rate = *header >> 34 & 15;
    const auto size = static_cast<std::size_t>(*header >> 13 & 0x1FFF);
    if (sync != 0xFFF || layer != 0 || rate > 12 || size < kHeader) return false;
    start = start.subspan(std::min(size, start.size()));
  }
  return true;
}

// Whether three ADTS frames follow the rest of another one. A stream that was recorded from its
// middle starts like this.
bool holds_adts(base::Bytes start) {
  constexpr std::size_t kMostFrame = 0x1FFF, kFrames = 3;
  for (std::size_t at = 1; at <= kMostFrame && at + kFrames * kMostFrame <= start.size(); ++at) {
    if (start[at] == std::byte{0xFF} && is_adts(start.subspan(at))) return true;
  }
  return false;
}

// ETSI TS 102 366: a sync frame of AC-3 or E-AC-3, and the next one if these bytes reach it.
std::optional<FfmpegFormat> inspect_ac3(base::Bytes start) {
  constexpr std::string_view kSync = "\x0B\x77";
  constexpr std::size_t kMostFrame = 4096;
  const auto id = base::read_uint(start, 5, 1, base::Endian::kBig);
  if (!base::has_tag(start, 0, kSync) || !id || *id >> 3 > 16) return std::nullopt;
  const std::string_view behind = base::as_text(start).substr(2, kMostFrame);
  if (behind.size() == kMostFrame && behind.find(kSync) == behind.npos) return std::nullopt;
  return *id >> 3 > 10 ? FfmpegFormat{"E-AC-3", "eac3"} : FfmpegFormat{"AC-3", "ac3"};
}

}  // namespace

std::optional<FfmpegFormat> inspect_ffmpeg_format(base::Bytes start, std::uint64_t file_size) {
  for (const Signature& signature : kSignatures) {
    if (base::has_tag(start, 0, signature.tag)) return signature.format;
  }
  if (base::has_tag(start, 0, "FRM8") && base::has_tag(start, 12, "DSD ")) {
    return FfmpegFormat{"DSDIFF", "iff"};
  }
  if (auto format = inspect_mp4(start)) {
    format->truncated = ends_before_index(start, file_size);
    return format;
  }
  if (auto format = inspect_matroska(start)) return format;
  if (auto format = inspect_versioned(start)) return format;
  if (is_adts(start)) return FfmpegFormat{"AAC", "aac"};
  return inspect_ac3(start);
}

std::optional<FfmpegFormat> inspect_cut_stream(base::Bytes start) {
  if (holds_adts(start)) return FfmpegFormat{"AAC", "aac"};
  return std::nullopt;
}

}  // namespace genre::audio
