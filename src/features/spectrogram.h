// Magnitude spectra of a block of frames: sixteen columns of abs(librosa.stft).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "features/block.h"
#include "features/constants.h"
#include "features/fft.h"
#include "features/frames.h"

namespace genre::features {

using SpectrumBlock = Block<kNBins>;

enum class Precision {
  kSingle,
  kAsNeeded,  // double for the frames whose features need it (precision.h); default FftParameters
  kDouble,    // as librosa
};

// Holds scratch memory, so use it from one thread only.
class Spectrogram {
 public:
  explicit Spectrogram(const FftParameters& parameters = {},
                       Precision precision = Precision::kAsNeeded);

  [[nodiscard]] std::size_t n_bins() const { return fft_.n_bins(); }

  // Computes the spectra of the frames [first, first + n), n <= kBlockFrames; other columns are 0.
  // magnitude: [n_bins]; power: [n_bins], the squares of magnitude. One of both may be empty: it is
  // not wanted. The length of the frames must be that of the parameters.
  void compute(const ClipFrames& frames, std::size_t first, std::size_t n,
               std::span<FrameValues> magnitude, std::span<FrameValues> power);
  void compute(const ClipFrames& frames, std::size_t first, std::size_t n, SpectrumBlock& magnitude,
               SpectrumBlock& power) {
    compute(frames, first, n, magnitude.rows, power.rows);
  }

 private:
  FrameFft fft_;
  Precision precision_;
  std::size_t stride_;       // of rows_: n_bins, rounded up to a multiple of four
  std::vector<float> edge_;  // [frame_length], scratch for a frame with padding
  std::vector<float> rows_;  // [kBlockFrames, stride]: the spectra, one frame per row
};

}  // namespace genre::features
