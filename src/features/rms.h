// librosa.feature.rms (frame_length 2048, hop_length 512).
#pragma once

#include "features/frames.h"

namespace genre::features {

// The mean over the frames of a clip of the root-mean-square of each frame.
[[nodiscard]] double rms_mean(const ClipFrames& frames);

}  // namespace genre::features
