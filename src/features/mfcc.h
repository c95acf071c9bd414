// Mean MFCCs of a clip (librosa.feature.mfcc with n_mfcc 20, dct_type 2, norm "ortho").
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "features/constants.h"
#include "features/mel.h"

namespace genre::features {

// The maximum power in a block of mel spectra.
[[nodiscard]] float loudest(const MelBlock& mel);

// The DCT is linear, so the mean of the MFCCs is the DCT of the mean log-mel spectrum. This needs
// only one DCT per clip.
class MfccMean {
 public:
  // clip_loudest: the maximum power in all mel spectra of the clip. As in librosa.power_to_db,
  // values more than 80 dB below it are raised to that floor.
  explicit MfccMean(float clip_loudest);

  // Adds n frames: the first n columns of mel.
  void add(const MelBlock& mel, std::size_t n);

  // Means over all frames added, [n_mfcc].
  void compute(std::span<float, kNMfcc> mfcc) const;

 private:
  float floor_db_;
  std::array<double, kNMels> db_sums_{};
  std::size_t n_frames_ = 0;
};

}  // namespace genre::features
