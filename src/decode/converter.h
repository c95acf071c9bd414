// Frames of FFmpeg's in any layout as interleaved 32-bit floats (libswresample).
#pragma once

#include <span>
#include <vector>

extern "C" {
#include <libavutil/frame.h>
#include <libswresample/swresample.h>
}

namespace genre::decode {

// Where the audio changes its sample rate or its channels, as a chain of Ogg streams may, what
// follows is converted to how it began.
class Converter {
 public:
  explicit Converter(const AVFrame& first);
  ~Converter();
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  [[nodiscard]] int sample_rate() const { return sample_rate_; }
  [[nodiscard]] int channels() const { return layout_.nb_channels; }

  // Interleaved [n_frames, channels], valid until the next call. Throws std::bad_alloc.
  [[nodiscard]] std::span<const float> convert(const AVFrame& frame);

  // What is still inside, at the end of the audio.
  [[nodiscard]] std::span<const float> finish();

 private:
  [[nodiscard]] bool fits(const AVFrame& frame) const;
  void start(const AVFrame& frame);
  void append(const AVFrame* frame);

  int sample_rate_;
  AVChannelLayout layout_{};
  SwrContext* swr_ = nullptr;
  int format_ = -1, rate_ = 0;  // that swr_ takes
  AVChannelLayout from_{};
  std::vector<float> block_;
};

}  // namespace genre::decode
