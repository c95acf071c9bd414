#include "decode/decode.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <optional>
#include <span>
#include <string_view>

#include "decode/answer_writer.h"
#include "decode/audio_track.h"
#include "decode/codecs.h"
#include "decode/converter.h"
#include "decode/sandbox.h"

namespace genre::decode {
namespace {

std::string_view demuxer_name(const Request& request) {
  const std::string_view name(request.demuxer.data(), request.demuxer.size());
  return name.substr(0, name.find('\0'));
}

bool can_be_sent(const AVFrame& frame) {
  return frame.sample_rate > 0 && frame.ch_layout.nb_channels > 0 &&
         frame.ch_layout.nb_channels <= static_cast<int>(kMaxChannels);
}

// at_once: send each frame as soon as it is decoded.
void answer_audio(AudioTrack& track, AnswerWriter& answer, bool at_once) {
  std::optional<Converter> converter;
  std::uint64_t n_lost = 0;  // frames
  while (const AVFrame* frame = track.next()) {
    if (!can_be_sent(*frame)) continue;
    if (!converter) {
      converter.emplace(*frame);
      answer.header(converter->sample_rate(), converter->channels(), track.codec());
    }
    const auto n = static_cast<std::uint32_t>(std::lround(track.gap() * converter->sample_rate()));
    if (track.lost() || n > 0) answer.lost(n);
    n_lost += n;
    answer.audio(converter->convert(*frame));
    if (at_once) answer.flush();
  }
  if (!converter) return answer.fail(Status::kDamaged, track.codec());
  answer.audio(converter->finish());
  const double seconds = static_cast<double>(answer.n_frames() + n_lost) / converter->sample_rate();
  const bool ended_early =
      track.lost() || track.ended_early(seconds);  // lost: after the last frame
  const double missing = ended_early ? std::max(0.0, track.declared() - seconds) : 0;
  answer.end(ended_early, static_cast<std::uint64_t>(missing * converter->sample_rate()));
}

}  // namespace

void decode_file(const Request& request, int file, int answer) {
  if (!keep_descriptors(file, answer)) _exit(1);
  AnswerWriter writer(kAnswer);
  const bool is_stream = request.is_stream != 0;
  if (!enter_sandbox(request.cpu_seconds, is_stream)) {
    writer.fail(Status::kNotSandboxed, "");
    _exit(1);
  }
  try {
    const auto begin = static_cast<std::int64_t>(request.begin);
    const auto size = static_cast<std::int64_t>(request.size);
    const auto start = std::span(request.start)
                           .first(std::min<std::uint64_t>(request.n_start, request.start.size()));
    AudioTrack track(
        {.descriptor = kFile,
         .begin = begin,
         .size = size - begin,
         .is_stream = is_stream,
         .start = start.subspan(std::min<std::uint64_t>(request.begin, start.size()))});
    const AVInputFormat* demuxer = find_demuxer(demuxer_name(request));
    const Status status =
        demuxer != nullptr ? track.open(demuxer, request.track) : Status::kUnknownCodec;
    if (status == Status::kOk) {
      answer_audio(track, writer, is_stream);
    } else {
      writer.fail(status, track.codec(), track.n_tracks());
    }
  } catch (const std::bad_alloc&) {
    // If samples were sent, the missing End tells the reader of the error.
    if (writer.n_frames() == 0) writer.fail(Status::kOutOfMemory, "");
    _exit(1);
  }
  _exit(0);
}

}  // namespace genre::decode
