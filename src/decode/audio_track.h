// Decodes the audio track of a file frame by frame, with libavformat and libavcodec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "decode/protocol.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace genre::decode {

// The input: a descriptor and the offset where the audio starts. A stream is read in order: first
// `start`, then the descriptor.
struct Source {
  int descriptor = -1;
  std::int64_t begin = 0, size = 0, position = 0;  // size and position are relative to begin
  bool is_stream = false;
  std::span<const std::byte> start = {};  // what is left of it
};

class AudioTrack {
 public:
  explicit AudioTrack(const Source& source) : source_(source) {}
  ~AudioTrack();
  AudioTrack(const AudioTrack&) = delete;
  AudioTrack& operator=(const AudioTrack&) = delete;

  // Opens an audio track: 1 is the first one; 0 is the default one, or else the first. Call this
  // once.
  [[nodiscard]] Status open(const AVInputFormat* demuxer, unsigned track);

  // The number of audio tracks in the file; 0 until it is known.
  [[nodiscard]] unsigned n_tracks() const { return n_tracks_; }

  // The display name of the codec; empty until it is known.
  [[nodiscard]] std::string_view codec() const { return codec_name_; }

  // The next frame of audio, valid until the next call; null at the end.
  [[nodiscard]] const AVFrame* next();

  // Moves forward to this time (s, from the first frame) without decoding what lies between, and
  // returns the frame that contains it. Null if the file does not allow it; then the next frame is
  // that after the last one.
  [[nodiscard]] const AVFrame* seek(double seconds);

  // When the last frame begins (s, from the first frame), after seek, and the unit in which the
  // file tells that.
  [[nodiscard]] double time() const { return time_ - origin_.value_or(0); }
  [[nodiscard]] double time_unit() const { return av_q2d(stream_->time_base); }

  // Whether packets between the last frame and the one before it could not be decoded, or after the
  // last frame if next() returned null. In formats that can be cut anywhere, packets before the
  // first frame do not count.
  [[nodiscard]] bool lost() const { return lost_; }

  // If lost() or if the timestamps have a gap: its duration (s); 0 if it is not known.
  [[nodiscard]] double gap() const { return gap_; }

  // At the end: whether the file ended before its declared duration. seconds: audio, with the gaps.
  [[nodiscard]] bool ended_early(double seconds) const;

  // The declared duration (s); 0 if there is none.
  [[nodiscard]] double declared() const;

 private:
  [[nodiscard]] bool open_input(const AVInputFormat* demuxer);
  [[nodiscard]] Status open_decoder();
  // Continues at the packets of this time (s), or shortly before.
  [[nodiscard]] bool jump(double seconds);
  void feed();
  void lose();
  void measure_gap();

  Source source_;
  AVIOContext* io_ = nullptr;
  AVFormatContext* input_ = nullptr;
  AVCodecContext* decoder_ = nullptr;
  AVPacket* packet_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVStream* stream_ = nullptr;
  unsigned n_tracks_ = 0;
  std::string_view codec_name_;
  bool lost_ = false;
  double gap_ = 0;                // s
  double expected_ = -1;          // timestamp of the next frame (s); negative if it is not known
  double time_ = -1;              // timestamp of the last frame (s); negative if it is not known
  std::optional<double> origin_;  // that of the first one
  bool priming_ = false;          // the next frame is not sound of the file
  bool started_ = false;          // from now on, undecodable packets count as lost
  bool at_end_ = false;           // all packets were read
  bool cut_ = false;              // reading ended with an error, or a packet is incomplete
};

}  // namespace genre::decode
