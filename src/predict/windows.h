// Cuts a stream of samples into windows, holding no more than one of them in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "genre/audio.h"
#include "genre/predictor.h"

namespace genre::predict {

class WindowReader {
 public:
  // stream: mono at sr, which must outlive the reader. Throws std::invalid_argument for options
  // out of their ranges.
  WindowReader(AudioStream& stream, int sr, const WindowOptions& options);

  struct Window {
    double start, end;         // s
    std::span<const float> y;  // valid until the next call
  };
  // The next window, by the rule of WindowOptions; none at the end. Errors: those of AudioStream.
  [[nodiscard]] Result<std::optional<Window>> next();

  // Seconds of audio read so far.
  [[nodiscard]] double duration() const;

 private:
  // Reads up to count more samples onto the end of y_ and returns how many.
  Result<std::size_t> append(std::size_t count);

  AudioStream& stream_;
  int sr_;
  std::size_t window_, hop_;  // samples
  std::size_t remaining_;     // samples that may still be read
  std::size_t start_ = 0;     // first sample of the window at hand
  std::size_t read_ = 0;      // samples read so far
  std::vector<float> y_;      // the window at hand
  bool ended_ = false;
};

// Calls f with each window of a stream at kSampleRate, and returns the seconds of audio that were
// read. Errors: those of AudioStream; kCancelled, at the next window, once stop is requested;
// kTooLong where there are more windows than max_windows.
[[nodiscard]] Result<double> for_each_window(
    AudioStream& stream, const WindowOptions& options, const std::stop_token& stop,
    const std::function<void(const WindowReader::Window&)>& f);

}  // namespace genre::predict
