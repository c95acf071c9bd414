// librosa.feature.rms (frame_length 2048, hop_length 512).
#pragma once

#include "features/frames.h"

namespace genre::features {

// Mean over the clip's frames of the root-mean-square of each frame's samples.
[[nodiscard]] double rms_mean(const ClipFrames& frames);

}  // namespace genre::features
