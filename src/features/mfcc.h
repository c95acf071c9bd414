// The means over a clip of librosa.feature.mfcc (n_mfcc 20, dct_type 2, norm "ortho").
#pragma once

#include <span>
#include <vector>

#include "features/constants.h"
#include "features/mel.h"

namespace genre {

// The DCT is linear, so the mean of the frames' MFCCs is the DCT of the mean log-mel spectrum: one
// DCT a clip. Only the floor of power_to_db, 80 dB under the clip's loudest value, keeps the frames
// waiting until the clip's end.
class MfccMean {
 public:
  void start();

  // The next n frames: the first n columns of mel, powers of which the others must be 0.
  void add(const MelBlock& mel, std::size_t n);

  // Means over all frames added, [n_mfcc].
  void finish(std::span<float, kNMfcc> mfcc);

 private:
  std::vector<MelBlock> db_;
  std::size_t n_frames_ = 0;
  float max_db_ = 0;
};

}  // namespace genre
