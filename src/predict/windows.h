// Splits a stream of samples into windows. Only one window is in memory at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "genre/audio.h"
#include "genre/predictor.h"
#include "predict/excerpt_starts.h"

namespace genre::predict {

inline constexpr double kDefaultWindow = 3;  // s: that of the feature sets; hop: the window

// Whether no sample is larger than kSilenceLevel.
[[nodiscard]] bool is_silent(std::span<const float> y);

class WindowReader {
 public:
  // Writes the next samples to y and returns their number: 0 at the end.
  using Read = std::function<Result<std::size_t>(std::span<float> y)>;

  // read: mono at sr (Hz). Throws std::invalid_argument if an option is out of range.
  WindowReader(Read read, int sr, const WindowOptions& options);
  // stream: must outlive the reader.
  WindowReader(AudioStream& stream, int sr, const WindowOptions& options)
      : WindowReader([&stream](std::span<float> y) { return stream.read(y); }, sr, options) {
    stream_ = &stream;
  }

  struct Window {
    double start, end;         // s
    std::span<const float> y;  // valid until the next call
  };
  // The next window as defined by WindowOptions; nothing at the end. Errors: those of AudioStream.
  [[nodiscard]] Result<std::optional<Window>> next();

  // The same, but reads only a few seconds of audio. Returns nothing if they do not complete the
  // window; then call it again, unless the audio has ended.
  [[nodiscard]] Result<std::optional<Window>> read_on();
  [[nodiscard]] bool ended() const { return ended_; }

  // With an AudioStream, call this before the first window to read only some windows: n, spread
  // evenly over a stream of this length (samples at sr). Returns whether there are more windows
  // than these.
  bool choose(std::size_t n, std::size_t n_samples);
  // Whether the audio ended before the windows that were chosen.
  [[nodiscard]] bool ended_early() const { return ended_early_; }

  // Samples of audio so far, including what was skipped.
  [[nodiscard]] std::size_t position() const { return read_; }
  // Seconds of audio read so far; of the whole file if windows were chosen.
  [[nodiscard]] double duration() const;

 private:
  // Keeps the samples that overlap with the previous window. False after the last chosen window.
  [[nodiscard]] bool begin_window();
  // Moves on to the start of the current window.
  [[nodiscard]] Result<void> skip();
  // Appends up to count samples to y_ and returns their number, 0 at the end.
  Result<std::size_t> append(std::size_t count);

  Read read_samples_;
  AudioStream* stream_ = nullptr;  // if it can move forward
  int sr_;
  WindowGrid grid_;
  std::size_t most_;       // samples that may be read
  std::size_t start_ = 0;  // first sample of the current window
  std::size_t read_ = 0;   // samples read or skipped so far
  std::vector<float> y_;   // the current window
  bool begun_ = false;     // the current window is not complete
  bool ended_ = false;
  bool ended_early_ = false;
  std::optional<std::vector<std::size_t>> chosen_;  // the starts of the windows to read
  std::size_t n_begun_ = 0;                         // of these
};

[[nodiscard]] Error cancelled();
[[nodiscard]] Error too_many_windows(std::size_t limit);

// Calls f with each window of a stream at sr (Hz) and returns the seconds of audio read.
// Errors: those of AudioStream; kCancelled, at the next window, once a stop is requested; kTooLong
// if there are more than max_windows windows.
[[nodiscard]] Result<double> for_each_window(
    AudioStream& stream, int sr, const WindowOptions& options, const std::stop_token& stop,
    const std::function<void(const WindowReader::Window&)>& f);

}  // namespace genre::predict
