#include "audio/stream_decoder.h"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "audio/child_decoder.h"
#include "audio/container.h"
#include "audio/ffmpeg_formats.h"
#include "audio/flac_decoder.h"
#include "audio/mpg123_decoder.h"
#include "audio/other_files.h"
#include "audio/sndfile_decoder.h"
#include "base/bytes.h"
#include "decode/protocol.h"

namespace genre::audio {
namespace {

// Most formats show in their first bytes. MPEG audio only shows in several frames, and waiting for
// these delays the first window. genre-decode gets both with its request, so they are its limit.
constexpr std::size_t kHeld = 64, kSearched = decode::kMaxStart;
constexpr std::string_view kFormats = "WAV, FLAC, MP3, Ogg, AAC (ADTS) or WebM";

using base::Endian;
using base::read_uint;

// libsndfile's name of the samples that the chunk "fmt " describes; 0 if it has none here.
int sndfile_format(base::Bytes chunk) {
  constexpr std::uint64_t kPcm = 1, kFloat = 3, kALaw = 6, kMuLaw = 7, kExtensible = 0xFFFE;
  std::uint64_t tag = read_uint(chunk, 0, 2, Endian::kLittle).value_or(0);
  const std::uint64_t bits = read_uint(chunk, 14, 2, Endian::kLittle).value_or(0);
  if (tag == kExtensible) tag = read_uint(chunk, 24, 2, Endian::kLittle).value_or(0);
  if (tag == kALaw) return SF_FORMAT_ALAW;
  if (tag == kMuLaw) return SF_FORMAT_ULAW;
  const bool is_float = tag == kFloat;
  if (tag != kPcm && !is_float) return 0;
  switch (bits) {
    case 8:
      return is_float ? 0 : SF_FORMAT_PCM_U8;
    case 16:
      return is_float ? 0 : SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE;
    case 24:
      return is_float ? 0 : SF_FORMAT_PCM_24 | SF_ENDIAN_LITTLE;
    case 32:
      return (is_float ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_32) | SF_ENDIAN_LITTLE;
    case 64:
      return is_float ? SF_FORMAT_DOUBLE | SF_ENDIAN_LITTLE : 0;
    default:
      return 0;
  }
}

// libsndfile's own reader of WAV ends after 4 GiB, seven hours of CD audio. So this only reads the
// header, and what follows it are samples: up to the length in the header, or without an end if
// whoever wrote it did not know the length (as in container.cpp).
Result<std::unique_ptr<Decoder>> open_wav(const AudioFile& file) {
  constexpr std::uint64_t kUnknown = 0x7FFFF000;
  constexpr std::uint64_t kMostHeader = std::uint64_t{16} << 20;
  std::array<std::byte, 40> format{};
  std::uint64_t data_size = 0;  // of RF64
  for (std::uint64_t at = 12; at < kMostHeader;) {
    std::array<std::byte, 8> header{};
    const auto size =
        read_uint(std::span(header).first(file.read(at, header)), 4, 4, Endian::kLittle);
    if (!size) return fail(ErrorCode::kTruncated, "the stream ends within its WAV header");
    at += header.size();
    if (base::has_tag(header, 0, "data")) {
      const auto channels = read_uint(format, 2, 2, Endian::kLittle).value_or(0);
      const auto sr = read_uint(format, 4, 4, Endian::kLittle).value_or(0);
      const int codec = sndfile_format(format);
      if (codec == 0) break;
      AudioFile samples = file.from(at, 0);
      if (*size == 0xFFFFFFFF && data_size > 0) {
        samples = samples.first(data_size);
      } else if (*size > 0 && *size < kUnknown) {
        samples = samples.first(*size);
      }
      return open_samples(samples, codec, static_cast<int>(sr), static_cast<int>(channels));
    }
    if (base::has_tag(header, 0, "fmt ")) {
      // Never past the chunk: what follows may not have arrived.
      const auto most = std::min<std::uint64_t>(*size, format.size());
      if (file.read(at, std::span(format).first(most)) < most) continue;
    } else if (base::has_tag(header, 0, "ds64")) {
      std::array<std::byte, 16> sizes{};
      data_size = read_uint(std::span(sizes).first(file.read(at, sizes)), 8, 8, Endian::kLittle)
                      .value_or(0);
    }
    at += *size + *size % 2;
  }
  return fail(ErrorCode::kUnsupported,
              "the samples of this WAV stream cannot be decoded while they arrive; send PCM, "
              "floating point, A-law or mu-law");
}

tl::unexpected<Error> not_streamable(const AudioFile& audio, std::string_view name) {
  if (name.empty()) return not_audio(audio.start(), kFormats);
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("this is {}, which cannot be decoded while it arrives; send {}", name, kFormats));
}

Result<std::unique_ptr<Decoder>> decoded(std::unique_ptr<Decoder> decoder, const AudioFile& audio,
                                         std::string_view name) {
  if (decoder) return decoder;
  return not_streamable(audio, name);
}

}  // namespace

Result<std::unique_ptr<Decoder>> open_stream(const AudioFile& file, const DecodeLimits& limits) {
  const std::uint64_t begin = tags_size(file);
  AudioFile audio = file.from(begin, kHeld);
  const base::Bytes start = audio.start();
  if (audio.size() == 0) return fail(ErrorCode::kEmptyFile, "the stream has no audio (0 bytes)");
  const bool wave = base::has_tag(start, 8, "WAVE");
  if (wave && (base::has_tag(start, 0, "RIFF") || base::has_tag(start, 0, "RF64"))) {
    return open_wav(audio);
  }
  if (base::has_tag(start, 0, "fLaC")) return decoded(open_flac(audio), audio, "FLAC");
  if (base::has_tag(start, 0, "OggS")) return open_child(audio, "Ogg", "ogg", 0, limits);
  if (const auto format = inspect_ffmpeg_format(start, audio.size());
      format && format->demuxer == "matroska") {
    return open_child(audio, format->name, format->demuxer, 0, limits);
  }
  audio = audio.from(0, kSearched);
  const Container container = inspect_container(audio);
  if (container.mpeg) {
    return decoded(open_mpg123(audio.from(container.begin, 0)), audio, container.name);
  }
  if (container.demuxer == "aac" || container.demuxer == "ac3" || container.demuxer == "eac3") {
    return open_child(audio, container.name, container.demuxer, container.begin, limits);
  }
  return not_streamable(audio, container.name);
}

Result<std::unique_ptr<Decoder>> open_pcm(const AudioFile& file, const PcmFormat& format) {
  constexpr int kMostChannels = 64;
  if (format.channels < 1 || format.channels > kMostChannels || format.sample_rate < 1) {
    return fail(ErrorCode::kBadParameter,
                fmt::format("samples need a rate in Hz, and 1 to {} channels", kMostChannels));
  }
  const bool is_float = format.encoding == PcmFormat::Encoding::kFloat32;
  return open_samples(file, (is_float ? SF_FORMAT_FLOAT : SF_FORMAT_PCM_16) | SF_ENDIAN_LITTLE,
                      format.sample_rate, format.channels);
}

}  // namespace genre::audio
