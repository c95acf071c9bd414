// Energy per pitch class of one power spectrum (librosa.feature.chroma_stft, librosa.filters.chroma
// with their defaults).
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "features/constants.h"

namespace genre {

// Row-major [n_chroma, n_bins], rows C, C#, ... B.
using ChromaFilters = std::array<std::array<float, kNBins>, kNChroma>;

// The filters for a tuning (tuning_value(tuning_index) semitones). Made at its first use and kept;
// thread-safe.
[[nodiscard]] const ChromaFilters& chroma_filters(std::size_t tuning_index);

// The sum over the twelve pitch classes of one frame's chroma, which is scaled to a maximum of 1.
// power: [n_bins].
[[nodiscard]] double chroma_sum(const ChromaFilters& filters, std::span<const float, kNBins> power);

}  // namespace genre
