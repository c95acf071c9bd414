// Chroma of a block of power spectra (librosa.feature.chroma_stft and librosa.filters.chroma with
// their defaults).
#pragma once

#include <array>
#include <cstddef>

#include "features/constants.h"
#include "features/spectrogram.h"
#include "genre/matrix.h"

namespace genre::features {

// Row-major [n_bins, n_chroma], columns C, C#, ... B: the transpose of librosa's matrix.
using ChromaFilters = std::array<std::array<float, kNChroma>, kNBins>;

// The defaults are librosa's.
struct ChromaParameters {
  double sr = kSampleRate;
  std::size_t n_fft = kNFft;
  std::size_t n_chroma = kNChroma;
  double tuning = 0;  // in bins of n_chroma

  friend bool operator==(const ChromaParameters&, const ChromaParameters&) = default;
};

// librosa.filters.chroma: [n_chroma, n_bins].
[[nodiscard]] Matrix<float> make_chroma_filters(const ChromaParameters& parameters);

// The filters for a tuning of tuning_value(tuning_index) semitones. Computed at first use and
// cached. Thread-safe.
[[nodiscard]] const ChromaFilters& chroma_filters(std::size_t tuning_index);

// For each frame, the sum over the twelve pitch classes of the chroma, normalised to a maximum
// of 1.
[[nodiscard]] FrameValues chroma_sums(const ChromaFilters& filters, const SpectrumBlock& power);

}  // namespace genre::features
