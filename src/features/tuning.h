// Estimates the deviation of a clip from A440 (librosa.estimate_tuning: piptrack and pitch_tuning
// with resolution 0.01 and 12 bins per octave, on a power spectrogram as in chroma_stft).
#pragma once

#include <vector>

#include "features/constants.h"
#include "features/spectrogram.h"

namespace genre::features {

// Tunings are the lower edges of histogram bins: -0.5, -0.49 ... 0.49 semitones.
inline constexpr std::size_t kNTunings = 100;
[[nodiscard]] constexpr double tuning_value(std::size_t index) {
  return -0.5 + static_cast<double>(index) * 0.01;
}

// Peaks are searched in the bins from 150 Hz to below 4000 Hz. They must exceed kPeakThreshold
// times the maximum power of the frame.
inline constexpr std::size_t kFirstPitchBin = 14, kEndPitchBin = 372;
static_assert(fft_frequency(kFirstPitchBin) >= 150 && fft_frequency(kFirstPitchBin - 1) < 150);
static_assert(fft_frequency(kEndPitchBin) >= 4000 && fft_frequency(kEndPitchBin - 1) < 4000);
inline constexpr float kPeakThreshold = 0.1F;

class TuningEstimator {
 public:
  void start();

  // Collects the spectral peaks of the next frames; a column of zeros has none.
  void add(const SpectrumBlock& power);

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

  std::vector<Peak> peaks_;
};

}  // namespace genre::features
