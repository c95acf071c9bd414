#include "audio/decoder.h"

#include <fmt/format.h>

#include <string_view>

#include "audio/adpcm.h"
#include "audio/child_decoder.h"
#include "audio/container.h"
#include "audio/mpg123_decoder.h"
#include "audio/ogg_pages.h"
#include "audio/sndfile_decoder.h"
#include "base/bytes.h"

namespace genre::audio {
namespace {

// FFmpeg's names.
constexpr std::string_view kOggDemuxer = "ogg", kCafDemuxer = "caf";

tl::unexpected<Error> not_decodable(const Container& container) {
  if (container.name.empty()) {
    return fail(ErrorCode::kNotAudio,
                "this is not an audio file: its first bytes are of no known audio format; send "
                "WAV, AIFF, AU, FLAC, Ogg Vorbis, Opus or MP3");
  }
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("this looks like {} but cannot be decoded: it is damaged, or of a variant "
                  "that is not supported; convert it to WAV or FLAC",
                  container.name));
}

}  // namespace

Result<std::unique_ptr<Decoder>> open_decoder(const AudioFile& file, const DecodeLimits& limits) {
  const bool allow_adpcm = limits.allow_adpcm;
  if (file.size() == 0) return fail(ErrorCode::kEmptyFile, "the file is empty (0 bytes)");

  auto audio = skip_tags(file.start());
  const std::uint64_t n_behind = file.size() - file.start().size();
  Container container = inspect_container(audio, audio.size() + n_behind);
  if (n_behind > 0 && (audio.empty() || container.unknown || !allow_adpcm)) {
    return open_decoder(file.whole(), limits);
  }
  const bool tagged = audio.size() < file.start().size();
  if (tagged && container.name.empty()) {
    audio = file.start();
    container = inspect_behind_tags(audio, file.size());
  }
  if (tagged && container.name.empty() && skip_tags(audio).empty()) {
    return fail(ErrorCode::kTruncated,
                "the file ends with its ID3 tag, before any audio; was it copied or uploaded in "
                "full?");
  }
  if (container.truncated) {
    return fail(ErrorCode::kTruncated,
                fmt::format("this {} file has fewer bytes than its header declares; was it copied "
                            "or uploaded in full?",
                            container.name));
  }
  if (container.name.empty() || container.damaged) return not_decodable(container);
  if (!allow_adpcm && declares_adpcm(audio)) return adpcm_not_allowed();

  const std::uint64_t begin = file.start().size() - audio.size() + container.begin;
  if (!container.demuxer.empty()) {
    return open_child(file, container.name, container.demuxer, begin, limits);
  }
  if (container.mpeg) {
    if (auto decoder = open_mpg123(file, begin)) return decoder;
    return not_decodable(container);
  }
  const bool ogg = base::has_tag(audio, 0, "OggS");
  if (ogg && has_several_ogg_streams(file, begin)) {
    return open_child(file, container.name, kOggDemuxer, begin, limits);
  }
  auto decoder = open_sndfile(file, begin, allow_adpcm);
  if (!decoder || *decoder) return decoder;
  // Both hold codecs that libsndfile does not know.
  const bool caf = base::has_tag(audio, 0, "caff");
  if ((ogg || caf) && can_open_child(limits)) {
    return open_child(file, container.name, ogg ? kOggDemuxer : kCafDemuxer, begin, limits);
  }
  return not_decodable(container);
}

}  // namespace genre::audio
