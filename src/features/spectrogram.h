// Magnitude spectra of a block of frames: sixteen columns of abs(librosa.stft).
#pragma once

#include <cstddef>
#include <vector>

#include "features/block.h"
#include "features/constants.h"
#include "features/fft.h"
#include "features/frames.h"

namespace genre::features {

using SpectrumBlock = Block<kNBins>;

// Holds scratch memory, so use it from one thread only.
class Spectrogram {
 public:
  Spectrogram();

  // Computes the spectra of the frames [first, first + n), n <= kBlockFrames; other columns are 0.
  // power: the squares of magnitude.
  void compute(const ClipFrames& frames, std::size_t first, std::size_t n, SpectrumBlock& magnitude,
               SpectrumBlock& power);

 private:
  FrameFft fft_;
  std::vector<float> edge_;  // [n_fft], scratch for a frame with padding
  std::vector<float> rows_;  // [kBlockFrames, kRowStride]: the spectra, one frame per row
};

}  // namespace genre::features
