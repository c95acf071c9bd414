// The mel spectrogram with a choice of precision.
#pragma once

#include <span>

#include "features/spectrogram.h"
#include "genre/librosa.h"

namespace genre::librosa {

[[nodiscard]] Result<Matrix<float>> mel_with(std::span<const float> y, const MelOptions& options,
                                             features::Precision precision);

}  // namespace genre::librosa
