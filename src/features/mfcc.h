// The means over a clip of librosa.feature.mfcc (n_mfcc 20, dct_type 2, norm "ortho").
#pragma once

#include <span>
#include <vector>

#include "features/constants.h"

namespace genre {

// The DCT is linear, so the mean of the frames' MFCCs is the DCT of the mean log-mel spectrum: one
// DCT a clip. Only the floor of power_to_db, 80 dB under the clip's loudest value, keeps the frames
// waiting until the clip's end.
class MfccMean {
 public:
  void start(std::size_t n_frames);

  // mel: [n_mels] power of the next frame.
  void add(std::span<const float, kNMels> mel);

  // Means over all frames added, [n_mfcc].
  void finish(std::span<float, kNMfcc> mfcc);

 private:
  std::vector<float> db_;  // [n_frames, n_mels]
  float max_db_ = 0;
};

}  // namespace genre
