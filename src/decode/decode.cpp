#include "decode/decode.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
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

// Sends the audio of a track, from one place to another if it is asked to.
class Sender {
 public:
  // at_once: each frame as soon as it is decoded.
  Sender(AudioTrack& track, AnswerWriter& answer, bool at_once)
      : track_(track), answer_(answer), at_once_(at_once) {}

  void send_all() {
    while (const AVFrame* frame = next()) {
      if (!can_be_sent(*frame)) continue;
      if (!converter_) start(*frame);
      const std::int64_t n = frames(track_.gap());
      if (track_.lost() || n > 0) answer_.lost(static_cast<std::uint32_t>(n));
      position_ += n;
      last_ = position_;
      size_ = frame->nb_samples;
      send(converter_->convert(*frame));
      if (at_once_) answer_.flush();
    }
    if (!converter_) return answer_.fail(Status::kDamaged, track_.codec());
    send(converter_->finish());
    const double seconds = static_cast<double>(position_) / converter_->sample_rate();
    const bool ended_early =
        track_.lost() || track_.ended_early(seconds);  // lost: after the last frame
    const double missing = ended_early ? std::max(0.0, track_.declared() - seconds) : 0;
    answer_.end(ended_early, static_cast<std::uint64_t>(missing * converter_->sample_rate()));
  }

 private:
  void start(const AVFrame& first) {
    converter_.emplace(first);
    answer_.header(converter_->sample_rate(), converter_->channels(), track_.codec(),
                   track_.declared());
  }

  void send(std::span<const float> interleaved) {
    answer_.audio(interleaved);
    position_ += static_cast<std::int64_t>(interleaved.size()) / converter_->channels();
  }

  [[nodiscard]] std::int64_t frames(double seconds) const {
    return std::llround(seconds * converter_->sample_rate());
  }

  // The next frame; after a Seek, the one at its place.
  const AVFrame* next() {
    // Less is not worth a jump: it is decoded nearly as fast.
    constexpr double kLeast = 0.5;  // s
    const auto wanted = converter_ ? answer_.wanted() : std::nullopt;
    if (!wanted) return track_.next();
    const double seconds = static_cast<double>(*wanted) / converter_->sample_rate();
    const double here = static_cast<double>(position_) / converter_->sample_rate();
    if (seconds - here < kLeast) return track_.next();
    const AVFrame* frame = track_.seek(seconds);
    if (frame == nullptr) return track_.next();
    const auto to = std::min(place_of(*frame), static_cast<std::int64_t>(*wanted));
    if (to > position_) {
      answer_.jump(static_cast<std::uint32_t>(to - position_));
      position_ = to;
    }
    return frame;
  }

  // The position of a frame after a jump. Matroska and WMA tell the time in milliseconds: if frames
  // have the same size, the place is known better.
  [[nodiscard]] std::int64_t place_of(const AVFrame& frame) const {
    const std::int64_t told = frames(track_.time());
    if (frame.nb_samples != size_) return told;
    const auto n = std::llround(static_cast<double>(told - last_) / size_);
    const std::int64_t counted = last_ + n * size_;
    return std::abs(counted - told) <= frames(track_.time_unit()) + 1 ? counted : told;
  }

  AudioTrack& track_;
  AnswerWriter& answer_;
  const bool at_once_;
  std::optional<Converter> converter_;
  std::int64_t position_ = 0;  // of the next frame to send, with those lost and left out
  std::int64_t last_ = 0;      // where the last frame of size_ samples began
  int size_ = 0;
};

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
      Sender(track, writer, is_stream).send_all();
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
