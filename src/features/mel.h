// Mel spectrum of one power spectrum (librosa.filters.mel with its defaults: 128 bands, 0 Hz to
// sr / 2, Slaney scale, Slaney norm).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "features/constants.h"

namespace genre {

// Triangles: each is zero but for a short run of bins, and only that run is stored. Immutable.
class MelFilters {
 public:
  MelFilters();

  // power: [n_bins]; mel: [n_mels].
  void apply(std::span<const float, kNBins> power, std::span<float, kNMels> mel) const;

  // Weight of one bin in one band, as in librosa's dense matrix.
  [[nodiscard]] float weight(std::size_t band, std::size_t bin) const;

 private:
  struct Band {
    std::size_t first_bin, offset, size;  // weights_[offset, offset + size) from first_bin on
  };
  std::array<Band, kNMels> bands_{};
  std::vector<float> weights_;
};

[[nodiscard]] double hz_to_mel(double hz);   // Slaney scale (librosa.hz_to_mel, htk=False)
[[nodiscard]] double mel_to_hz(double mel);  // its inverse

}  // namespace genre
