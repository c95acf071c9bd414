// What a player draws of a file: the peaks of its waveform, and a mel spectrogram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "genre/audio.h"
#include "genre/frontend.h"
#include "genre/matrix.h"

namespace genre::predict {

// The range of the spectrogram below its maximum, as in librosa.power_to_db.
inline constexpr int kTopDb = 80;

// A bin is a span of time. All bins are equally long, except the last one, which ends with the
// audio.
struct Overview {
  double duration = 0;            // s
  double seconds_per_bin = 0;     // s
  std::vector<float> min, max;    // [n_bins]: of the samples
  double fmax = 0;                // Hz, of the mel filters; they begin at 0 Hz (librosa's)
  Matrix<std::uint8_t> decibels;  // [n_bins, n_mels]: 0 to kTopDb; kTopDb is the maximum
};

// Columns of a spectrogram, and the samples below them, in at most max_bins bins. The length of the
// audio is not known before its end. So a bin begins as one column, and whenever the bins are used
// up, each two of them become one.
class OverviewBins {
 public:
  // max_bins: 2 or more.
  OverviewBins(std::size_t max_bins, std::size_t n_mels) : max_bins_(max_bins), n_mels_(n_mels) {}

  // The next column. power: [n_mels].
  void add(float min, float max, std::span<const float> power);

  [[nodiscard]] std::size_t columns_per_bin() const { return columns_per_bin_; }
  [[nodiscard]] const std::vector<float>& min() const { return min_; }
  [[nodiscard]] const std::vector<float>& max() const { return max_; }
  [[nodiscard]] Matrix<std::uint8_t> decibels() const;

 private:
  void halve();

  std::size_t max_bins_, n_mels_;
  std::size_t columns_per_bin_ = 1;
  std::size_t n_columns_ = 0;
  std::vector<float> min_, max_;  // [n_bins]
  std::vector<float> power_;      // [n_bins, n_mels]: sums over the columns
};

// The overview of one file, step by step, so that a thread can work on several files in turn. Its
// memory does not grow with the length of the audio. Use it from one thread at a time.
class FileOverview {
 public:
  // file: its bytes must outlive this object. max_bins: 2 or more; the overview has more than half
  // of them, if the audio is long enough.
  FileOverview(AudioFile file, std::size_t max_bins);

  // Opens the file, or reads a few seconds of audio. Returns the overview after the last step, else
  // nothing. Errors: those of AudioStream; kCancelled once a stop is requested.
  [[nodiscard]] Result<std::optional<Overview>> step(const DecodeLimits& limits,
                                                     const std::stop_token& stop);

 private:
  void add_columns(std::size_t n_samples);
  [[nodiscard]] Overview finish();

  AudioFile file_;
  Frontend frontend_;
  OverviewBins bins_;
  std::optional<AudioStream> stream_;
  std::vector<float> y_;       // from the first sample of the next frame on
  std::size_t n_samples_ = 0;  // read so far
};

}  // namespace genre::predict
