// Finds damage in MPEG audio from the positions of its frames. The format has no checksum of the
// samples, so a damaged frame is only found if its header is damaged too.
#pragma once

#include <cstdint>
#include <optional>

#include "audio/decoder.h"

namespace genre::audio {

// The offset of what follows the tags at this offset. audio: a file that begins with a frame.
[[nodiscard]] std::uint64_t behind_mpeg_tags(const AudioFile& audio, std::uint64_t offset);

// Some programs pad files, and some tags have no header. Neither is longer than this (bytes).
inline constexpr std::uint64_t kMostMpegPadding = std::uint64_t{64} << 10;
// By how much the number of frames that a Xing header declares may be wrong.
inline constexpr std::int64_t kMpegSlackFrames = 4;

class MpegWatch {
 public:
  // audio: a file that begins with its first frame.
  explicit MpegWatch(const AudioFile& audio) : audio_(audio) {}

  // Call this for each decoded frame, with its offset and its size in bytes. The result is damage
  // between the last frame and this one, at 0.
  [[nodiscard]] std::optional<Damage> next(std::int64_t offset, std::int64_t size);

  // Call this if the next frame does not follow the last one.
  void jump() { expected_.reset(); }

  // Call this at the end. n_samples: decoded, per channel. The result is damage after the last
  // frame, at 0.
  [[nodiscard]] std::optional<Damage> end(std::int64_t n_samples) const;

 private:
  AudioFile audio_;
  std::optional<std::uint64_t> expected_;  // offset of the next frame
  bool gaps_ = false;                      // some frames are missing
};

}  // namespace genre::audio
