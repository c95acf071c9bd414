// The sound track of a file, frame by frame, by libavformat and libavcodec.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "decode/protocol.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace genre::decode {

// What the file is read from: a descriptor, from an offset on.
struct Source {
  int descriptor = -1;
  std::int64_t begin = 0, size = 0, position = 0;  // size and position count from begin
};

class AudioTrack {
 public:
  explicit AudioTrack(const Source& source) : source_(source) {}
  ~AudioTrack();
  AudioTrack(const AudioTrack&) = delete;
  AudioTrack& operator=(const AudioTrack&) = delete;

  // Finds the track: the one that is marked as the default, or the first one. To be called once.
  [[nodiscard]] Status open(const AVInputFormat* demuxer);

  // Its codec's name for people; empty before it is known.
  [[nodiscard]] std::string_view codec() const { return codec_name_; }

  // The next frame of audio, or null at the end. It is valid until the next call.
  [[nodiscard]] const AVFrame* next();

  // Packets that could not be decoded; in formats that can be cut anywhere, behind the first one
  // that could.
  [[nodiscard]] std::uint32_t lost_packets() const { return lost_packets_; }

  // At the end: whether the file ends before its audio does. seconds: that were decoded.
  [[nodiscard]] bool ended_early(double seconds) const;

 private:
  [[nodiscard]] bool open_input(const AVInputFormat* demuxer);
  [[nodiscard]] Status open_decoder();
  void feed();
  void lose();

  Source source_;
  AVIOContext* io_ = nullptr;
  AVFormatContext* input_ = nullptr;
  AVCodecContext* decoder_ = nullptr;
  AVPacket* packet_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVStream* stream_ = nullptr;
  std::string_view codec_name_;
  std::uint32_t lost_packets_ = 0;
  bool started_ = false;  // packets that cannot be decoded count
  bool at_end_ = false;   // of the packets
  bool cut_ = false;      // they ended with an error, or the last one is incomplete
};

}  // namespace genre::decode
