// Estimates the deviation of a clip from A440 (librosa.estimate_tuning: piptrack and pitch_tuning
// with resolution 0.01 and 12 bins per octave, on a power spectrogram as in chroma_stft).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "features/constants.h"
#include "features/spectrogram.h"

namespace genre::features {

// Tunings are the lower edges of histogram bins: -0.5, -0.49 ... 0.49 semitones (of twelve to the
// octave).
inline constexpr std::size_t kNTunings = 100;
[[nodiscard]] constexpr double tuning_value(std::size_t index) {
  return -0.5 + static_cast<double>(index) * 0.01;
}

// Peaks are searched in the bins from 150 Hz to below 4000 Hz, by default these. They must exceed
// kPeakThreshold times the maximum power of the frame.
inline constexpr std::size_t kFirstPitchBin = 14, kEndPitchBin = 372;
static_assert(fft_frequency(kFirstPitchBin) >= 150 && fft_frequency(kFirstPitchBin - 1) < 150);
static_assert(fft_frequency(kEndPitchBin) >= 4000 && fft_frequency(kEndPitchBin - 1) < 4000);
inline constexpr float kPeakThreshold = 0.1F;

// The defaults are those of chroma_stft.
struct TuningParameters {
  double sr = kSampleRate;
  std::size_t n_fft = kNFft;
  std::size_t bins_per_octave = 12;
};

class TuningEstimator {
 public:
  explicit TuningEstimator(const TuningParameters& parameters = {});

  void start();

  // Collects the spectral peaks of the next frames; a column of zeros has none. power: [n_bins].
  void add(std::span<const FrameValues> power);
  void add(const SpectrumBlock& power) { add(power.rows); }

  // Returns the index of the most frequent tuning among the louder half of the peaks; that of 0.0
  // if there are no peaks.
  [[nodiscard]] std::size_t finish();

 private:
  void add_peak(std::size_t bin, float left, float peak, float right);

  struct Peak {
    float pitch;  // Hz
    float magnitude;
  };
  float median_magnitude();

  TuningParameters parameters_;
  std::size_t first_bin_, end_bin_;   // of the search for peaks
  std::vector<std::uint16_t> found_;  // [end_bin]
  std::vector<Peak> peaks_;
};

}  // namespace genre::features
