#include "audio/mpeg_frames.h"

#include <array>
#include <cstring>

#include "base/bytes.h"

namespace genre::audio {
namespace {

constexpr std::size_t kHeaderBytes = 4;
// Four consecutive frame headers occur by chance about once in 10^11 random bytes.
constexpr int kRun = 4;

// kbit/s by [version 1 or 2][layer I to III][index 1 to 14].
constexpr std::array<std::array<std::array<std::uint16_t, 14>, 3>, 2> kBitRates = {{
    {{{32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
      {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
      {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}}},
    {{{32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
      {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
      {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}},
}};
constexpr std::array<std::size_t, 3> kSampleRates = {44100, 48000, 32000};  // Hz, version 1

bool is_run(std::span<const std::byte> bytes, bool at_end) {
  const auto first = parse_mpeg_header(bytes);
  if (!first) return false;
  auto frame = first;
  for (int n = 1; n < kRun; ++n) {
    if (frame->size + kHeaderBytes > bytes.size()) return at_end && n > 1;
    bytes = bytes.subspan(frame->size);
    frame = parse_mpeg_header(bytes);
    if (!frame || frame->kind != first->kind) return false;
  }
  return true;
}

}  // namespace

std::optional<MpegHeader> parse_mpeg_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  std::uint32_t header = 0;
  for (const std::byte byte : bytes.first(kHeaderBytes)) {
    header = header << 8 | std::to_integer<std::uint32_t>(byte);
  }
  const std::uint32_t version = header >> 19 & 3;      // 0: 2.5, 1: reserved, 2: 2, 3: 1
  const std::uint32_t layer = 4 - (header >> 17 & 3);  // 1 to 3; 4: reserved
  const std::uint32_t bit_rate = header >> 12 & 15, sample_rate = header >> 10 & 3;
  const bool valid = header >> 21 == 0x7FF && version != 1 && layer != 4 && bit_rate != 0 &&
                     bit_rate != 15 && sample_rate != 3;
  if (!valid) return std::nullopt;

  const bool first_version = version == 3;
  const std::size_t bits_per_s =
      std::size_t{1000} * kBitRates[first_version ? 0 : 1][layer - 1][bit_rate - 1];
  const std::size_t sr = kSampleRates[sample_rate] / (first_version ? 1 : version == 2 ? 2 : 4);
  const std::size_t padding = header >> 9 & 1;
  // Samples per frame / 8: times bit rate / sample rate, this is the size in bytes.
  const std::size_t per_bit = layer == 3 && !first_version ? 72 : 144;
  return MpegHeader{.kind = header >> 17 << 2 | sample_rate,
                    .size = layer == 1 ? 4 * (12 * bits_per_s / sr + padding)
                                       : per_bit * bits_per_s / sr + padding,
                    .n_samples = static_cast<std::int64_t>(layer == 1 ? 384 : 8 * per_bit),
                    .layer = layer,
                    .first_version = first_version};
}

std::optional<std::int64_t> declared_mpeg_frames(std::span<const std::byte> frame) {
  // The tag stands behind the side information, whose size depends on the version, the number of
  // channels and the checksum. http://gabriel.mp3-tech.org/mp3infotag.html
  constexpr std::size_t kFirst = 13, kLast = 38;
  constexpr std::uint64_t kHasFrames = 1;
  for (std::size_t at = kFirst; at <= kLast; ++at) {
    if (!base::has_tag(frame, at, "Xing") && !base::has_tag(frame, at, "Info")) continue;
    const auto flags = base::read_uint(frame, at + 4, 4, base::Endian::kBig);
    const auto n = base::read_uint(frame, at + 8, 4, base::Endian::kBig);
    if (!flags || !n || (*flags & kHasFrames) == 0) return std::nullopt;
    return static_cast<std::int64_t>(*n);
  }
  return std::nullopt;
}

bool starts_as_mpeg(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0xFF} &&
         (bytes[1] & std::byte{0xE0}) == std::byte{0xE0};
}

std::optional<std::size_t> find_mpeg_frame(std::span<const std::byte> bytes, bool at_end) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0xFF, bytes.size() - at);
    if (found == nullptr) return std::nullopt;
    at = static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
    if (is_run(bytes.subspan(at), at_end)) return at;
    ++at;
  }
  return std::nullopt;
}

}  // namespace genre::audio
