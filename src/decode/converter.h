// Converts FFmpeg frames of any sample format to interleaved 32-bit floats (libswresample).
#pragma once

#include <span>
#include <vector>

extern "C" {
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
}

namespace genre::decode {

// If the sample rate or the channels change, as in chained Ogg streams, the rest is converted to
// the format of the first frame.
class Converter {
 public:
  explicit Converter(const AVFrame& first);
  ~Converter();
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  [[nodiscard]] int sample_rate() const { return sample_rate_; }
  [[nodiscard]] int channels() const { return layout_.nb_channels; }

  // Returns [n_frames, channels], interleaved, valid until the next call. Throws std::bad_alloc.
  [[nodiscard]] std::span<const float> convert(const AVFrame& frame);

  // Returns the buffered samples at the end of the audio.
  [[nodiscard]] std::span<const float> finish();

 private:
  [[nodiscard]] bool fits(const AVFrame& frame) const;
  void start(const AVFrame& frame);
  void append(const AVFrame* frame);

  int sample_rate_;
  AVChannelLayout layout_{};
  SwrContext* swr_ = nullptr;
  int format_ = -1, rate_ = 0;  // input format of swr_
  AVChannelLayout from_{};
  std::vector<float> block_;
};

}  // namespace genre::decode
