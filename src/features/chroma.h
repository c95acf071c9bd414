// Energy per pitch class of a block's power spectra (librosa.feature.chroma_stft,
// librosa.filters.chroma with their defaults).
#pragma once

#include <array>
#include <cstddef>

#include "features/constants.h"
#include "features/spectrogram.h"

namespace genre::features {

// Row-major [n_bins, n_chroma], columns C, C#, ... B: the transpose of librosa's.
using ChromaFilters = std::array<std::array<float, kNChroma>, kNBins>;

// The filters for a tuning (tuning_value(tuning_index) semitones). Made at its first use and kept;
// thread-safe.
[[nodiscard]] const ChromaFilters& chroma_filters(std::size_t tuning_index);

// Of each frame the sum over the twelve pitch classes of its chroma, which is scaled to a maximum
// of 1.
[[nodiscard]] FrameValues chroma_sums(const ChromaFilters& filters, const SpectrumBlock& power);

}  // namespace genre::features
