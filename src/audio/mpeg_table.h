// Where the frames of MPEG audio are in a file, found from their headers without decoding.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

struct MpegTable {
  std::vector<off_t> offsets;  // of each frame, bytes
  std::int64_t n_samples = 0;  // of a frame, per channel
  bool declared = false;       // a Xing or Info header declares the number of frames
  std::size_t reservoir = 0;   // bytes of earlier frames that a frame may use at most
  std::size_t side_bytes = 0;  // of each frame, which are not in the reservoir

  // How many frames before this one must be decoded so that it gives the same samples as if all
  // before were decoded.
  [[nodiscard]] std::size_t frames_before(std::size_t frame) const;
};

// audio: begins with its first frame. Nothing if the file is not one undamaged stream from there to
// its end: only all of it, decoded, says then where in time a frame is.
[[nodiscard]] std::optional<MpegTable> read_mpeg_table(const AudioFile& audio);

}  // namespace genre::audio
