// Mel spectra of a block of power spectra (librosa.filters.mel).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "features/block.h"
#include "features/constants.h"
#include "features/spectrogram.h"
#include "genre/frontend.h"

namespace genre::features {

using MelBlock = Block<kNMels>;

// The defaults are librosa's: 128 bands, Slaney scale, Slaney norm.
struct MelParameters {
  double sr = kSampleRate;
  std::size_t n_fft = kNFft;
  std::size_t n_mels = kNMels;
  double fmin = 0, fmax = sr / 2;  // Hz
  MelScale scale = MelScale::kSlaney;
  MelSlopes slopes = MelSlopes::kHz;
  MelNorm norm = MelNorm::kSlaney;

  friend bool operator==(const MelParameters&, const MelParameters&) = default;
};

// Triangular filters. Each extends from the centre of the band below to the centre of the band
// above. Between two edges one band rises and another falls, so each bin is in two bands at most.
// Immutable.
class MelFilters {
 public:
  explicit MelFilters(const MelParameters& parameters = {});

  [[nodiscard]] std::size_t n_mels() const { return slopes_.first_bin.size() - 2; }

  // power: [n_bins], mel: [n_mels].
  void apply(std::span<const FrameValues> power, std::span<FrameValues> mel) const;
  void apply(const SpectrumBlock& power, MelBlock& mel) const { apply(power.rows, mel.rows); }

  // The weight of a bin in a band, as in librosa's dense matrix.
  [[nodiscard]] float weight(std::size_t band, std::size_t bin) const;

  // The bins [first_bin[i], first_bin[i + 1]) are between the edges i and i + 1.
  struct Slopes {
    std::vector<std::size_t> first_bin;  // [n_mels + 2]
    std::vector<float> rising;           // [n_bins], weight in band i
    std::vector<float> falling;          // [n_bins], weight in band i - 1
  };

 private:
  Slopes slopes_;
};

// The filters of equal parameters are shared. Thread-safe.
[[nodiscard]] std::shared_ptr<const MelFilters> mel_filters(const MelParameters& parameters);

[[nodiscard]] double hz_to_mel(double hz, MelScale scale = MelScale::kSlaney);
[[nodiscard]] double mel_to_hz(double mel, MelScale scale = MelScale::kSlaney);  // its inverse

}  // namespace genre::features
