// The means over a clip of librosa.feature.mfcc (n_mfcc 20, dct_type 2, norm "ortho").
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "features/constants.h"
#include "features/mel.h"

namespace genre::features {

// The greatest power of a block's mel spectra.
[[nodiscard]] float loudest(const MelBlock& mel);

// The DCT is linear, so the mean of the frames' MFCCs is the DCT of the mean log-mel spectrum: one
// DCT a clip.
class MfccMean {
 public:
  // clip_loudest: the greatest power of all the clip's mel spectra; power_to_db raises what is more
  // than 80 dB below it to that floor.
  explicit MfccMean(float clip_loudest);

  // The next n frames: the first n columns of mel.
  void add(const MelBlock& mel, std::size_t n);

  // Means over all frames added, [n_mfcc].
  void compute(std::span<float, kNMfcc> mfcc) const;

 private:
  float floor_db_;
  std::array<double, kNMels> db_sums_{};
  std::size_t n_frames_ = 0;
};

}  // namespace genre::features
