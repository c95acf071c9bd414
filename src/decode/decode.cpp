#include "decode/decode.h"

#include <unistd.h>

#include <new>
#include <optional>
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

void answer_audio(AudioTrack& track, AnswerWriter& answer) {
  std::optional<Converter> converter;
  while (const AVFrame* frame = track.next()) {
    if (!can_be_sent(*frame)) continue;
    if (!converter) {
      converter.emplace(*frame);
      answer.header(converter->sample_rate(), converter->channels(), track.codec());
    }
    answer.audio(converter->convert(*frame));
  }
  if (!converter) return answer.fail(Status::kDamaged, track.codec());
  answer.audio(converter->finish());
  const double seconds = static_cast<double>(answer.n_frames()) / converter->sample_rate();
  answer.end(track.lost_packets(), track.ended_early(seconds));
}

}  // namespace

void decode_file(const Request& request, int file, int answer) {
  if (!keep_descriptors(file, answer)) _exit(1);
  AnswerWriter writer(kAnswer);
  if (!enter_sandbox(request.cpu_seconds)) {
    writer.fail(Status::kNotSandboxed, "");
    _exit(1);
  }
  try {
    const auto begin = static_cast<std::int64_t>(request.begin);
    const auto size = static_cast<std::int64_t>(request.size);
    AudioTrack track({.descriptor = kFile, .begin = begin, .size = size - begin});
    const AVInputFormat* demuxer = find_demuxer(demuxer_name(request));
    const Status status =
        demuxer != nullptr ? track.open(demuxer, request.track) : Status::kUnknownCodec;
    if (status == Status::kOk) {
      answer_audio(track, writer);
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
