#include "audio/decoder.h"

#include <fmt/format.h>

#include <string_view>

#include "audio/adpcm.h"
#include "audio/child_answer.h"
#include "audio/child_decoder.h"
#include "audio/container.h"
#include "audio/flac_decoder.h"
#include "audio/mpg123_decoder.h"
#include "audio/ogg_pages.h"
#include "audio/other_files.h"
#include "audio/sndfile_decoder.h"
#include "audio/stream_decoder.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

// Bytes of the file's start to hold in memory for its headers: by default, and at most.
constexpr std::size_t kHeld = std::size_t{256} << 10, kMostHeld = std::size_t{64} << 20;
// FFmpeg's names.
constexpr std::string_view kOggDemuxer = "ogg", kCafDemuxer = "caf";

tl::unexpected<Error> not_decodable(const AudioFile& audio, const Container& container) {
  if (container.name.empty()) {
    return not_audio(audio.start(), "WAV, AIFF, AU, FLAC, Ogg Vorbis, Opus or MP3");
  }
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("this looks like {} but cannot be decoded: the file is damaged or its variant "
                  "is not supported; convert it to WAV or FLAC",
                  container.name));
}

tl::unexpected<Error> cut_off(const Container& container) {
  return fail(ErrorCode::kTruncated,
              fmt::format("this {} file has fewer bytes than its header declares; was it copied or "
                          "uploaded completely?",
                          container.name));
}

// The first packet of an Ogg stream follows a page header of 28 bytes. RFC 7845, 5.1.
bool is_opus(base::Bytes start) { return base::has_tag(start, 28, "OpusHead"); }

tl::unexpected<Error> too_long_without_adpcm() {
  return fail(ErrorCode::kTooLong,
              fmt::format("ADPCM is disabled, and only the first {} MiB of a file on disk can be "
                          "searched for it; load the file into memory first",
                          kMostHeld >> 20));
}

// FFmpeg does not say which pages of Ogg it has skipped, so libsndfile decodes damaged files. It
// also decodes the longest ones, which would take long to check.
bool is_damaged_ogg(const AudioFile& file, std::uint64_t begin) {
  constexpr std::uint64_t kMostChecked = std::uint64_t{256} << 20;
  if (file.size() > kMostChecked) return true;
  const OggDamage damage = find_ogg_damage(file.from(begin, 0));
  return damage.truncated || !damage.spans.empty();
}

// FFmpeg decodes Opus in half the time that libopus takes. libsndfile has read the headers: it
// knows the length, and decodes the file if genre-decode cannot run.
Result<std::unique_ptr<Decoder>> open_opus(std::unique_ptr<Decoder> sndfile, const AudioFile& file,
                                           std::uint64_t begin, const DecodeLimits& limits) {
  constexpr int kFfmpegRate = 48000;  // whatever the header says
  if (sndfile->info().sample_rate != kFfmpegRate || is_damaged_ogg(file, begin)) return sndfile;
  auto child = open_child(file, "Ogg", kOggDemuxer, begin, limits,
                          {sndfile->declared_frames(), sndfile->declared_slack()});
  const bool unavailable = !child && child.error().code == ErrorCode::kUnavailable;
  if (unavailable) return sndfile;
  return child;
}

}  // namespace

Result<std::unique_ptr<Decoder>> open_decoder(const AudioFile& file, const DecodeLimits& limits) {
  const bool allow_adpcm = limits.allow_adpcm;
  if (file.pcm()) return open_pcm(file, *file.pcm());
  if (file.is_stream()) return open_stream(file, limits);
  if (file.size() == 0) return fail(ErrorCode::kEmptyFile, "the file is empty (0 bytes)");

  // A chunk that names ADPCM may be anywhere in the file, so all of it must be searched.
  const std::size_t held = allow_adpcm ? kHeld : kMostHeld;
  const std::uint64_t begin = tags_size(file);
  AudioFile audio = file.from(begin, held);
  Container container = inspect_container(audio);
  if (container.unknown) {
    audio = audio.from(0, kMostHeld);
    container = inspect_container(audio);
  }
  if (begin > 0 && container.name.empty()) {
    const bool ended = audio.size() == 0;
    audio = file.from(0, kMostHeld);
    container = inspect_behind_tags(audio);
    if (ended && container.name.empty()) {
      return fail(ErrorCode::kTruncated,
                  "the file ends with its ID3 tag, before any audio; was it copied or uploaded "
                  "completely?");
    }
  }
  if (container.truncated && (limits.strict || container.declared == 0)) return cut_off(container);
  if (container.name.empty() || container.damaged) return not_decodable(audio, container);
  if (!allow_adpcm) {
    if (declares_adpcm(audio.start())) return adpcm_not_allowed();
    if (audio.start().size() < audio.size()) return too_long_without_adpcm();
  }

  if (!container.demuxer.empty()) {
    return open_child(file, container.name, container.demuxer, begin + container.begin, limits);
  }
  const bool ogg = base::has_tag(audio.start(), 0, "OggS");
  if (ogg && has_several_ogg_streams(file, begin)) {
    return open_child(file, container.name, kOggDemuxer, begin, limits);
  }
  if (file.track() > 1) return no_such_track(container.name, 1);
  if (container.mpeg) {
    if (auto decoder = open_mpg123(audio.from(container.begin, 0))) return decoder;
    return not_decodable(audio, container);
  }
  if (base::has_tag(audio.start(), 0, "fLaC")) {
    if (auto decoder = open_flac(audio)) return decoder;
    return not_decodable(audio, container);
  }
  if (container.end > 0) audio = audio.first(container.end);
  auto decoder = open_sndfile(audio, container, allow_adpcm);
  if (decoder && *decoder && ogg && is_opus(audio.start()) && can_open_child(limits)) {
    return open_opus(std::move(*decoder), file, begin, limits);
  }
  if (!decoder || *decoder) return decoder;
  if (container.truncated) return cut_off(container);
  // Ogg and CAF may contain codecs that libsndfile does not know.
  const bool caf = base::has_tag(audio.start(), 0, "caff");
  if ((ogg || caf) && can_open_child(limits)) {
    return open_child(file, container.name, ogg ? kOggDemuxer : kCafDemuxer, begin, limits);
  }
  return not_decodable(audio, container);
}

}  // namespace genre::audio
