// Mel spectra of a block of power spectra (librosa.filters.mel with its defaults: 128 bands, 0 Hz
// to sr / 2, Slaney scale, Slaney norm).
#pragma once

#include <array>
#include <cstddef>

#include "features/block.h"
#include "features/constants.h"
#include "features/spectrogram.h"

namespace genre::features {

using MelBlock = Block<kNMels>;

// Triangular filters. Each extends from the centre of the band below to the centre of the band
// above. Between two edges one band rises and another falls, so each bin is in two bands at most.
// Immutable.
class MelFilters {
 public:
  MelFilters();

  void apply(const SpectrumBlock& power, MelBlock& mel) const;

  // The weight of a bin in a band, as in librosa's dense matrix.
  [[nodiscard]] float weight(std::size_t band, std::size_t bin) const;

  // The bins [first_bin[i], first_bin[i + 1]) are between the edges i and i + 1.
  struct Slopes {
    std::array<std::size_t, kNMels + 2> first_bin;
    std::array<float, kNBins> rising;   // weight in band i
    std::array<float, kNBins> falling;  // weight in band i - 1
  };

 private:
  Slopes slopes_;
};

[[nodiscard]] double hz_to_mel(double hz);   // Slaney scale (librosa.hz_to_mel, htk=False)
[[nodiscard]] double mel_to_hz(double mel);  // inverse of hz_to_mel

}  // namespace genre::features
