// The magnitude spectra of a block of frames: sixteen columns of abs(librosa.stft).
#pragma once

#include <cstddef>
#include <vector>

#include "features/block.h"
#include "features/constants.h"
#include "features/fft.h"
#include "features/frames.h"

namespace genre::features {

using SpectrumBlock = Block<kNBins>;

// Owns scratch memory, so one belongs to one thread.
class Spectrogram {
 public:
  Spectrogram();

  // The spectra of frames [first, first + n) of the clip, n <= kBlockFrames; further columns are 0.
  // power: the squares of magnitude.
  void compute(const ClipFrames& frames, std::size_t first, std::size_t n, SpectrumBlock& magnitude,
               SpectrumBlock& power);

 private:
  FrameFft fft_;
  std::vector<float> edge_;  // [n_fft], where a frame reaches beyond the clip
  std::vector<float> rows_;  // [kBlockFrames, kRowStride]: the same spectra, a frame a row
};

}  // namespace genre::features
