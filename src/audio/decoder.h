// One way to decode a file: a side for each library that does it. What is the same for all of them
// (limits, levels, mixing, the end) is MonoReader's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "genre/audio.h"

namespace genre::audio {

// Belongs to one thread.
class Decoder {
 public:
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] const AudioInfo& info() const { return info_; }

  // Frames (samples of each channel) that the header declares. Nothing where the format has no such
  // count, or only an estimate.
  [[nodiscard]] virtual std::optional<std::int64_t> declared_frames() const { return {}; }

  // Of these, frames that may be missing although nothing was lost.
  [[nodiscard]] virtual std::int64_t declared_slack() const { return 0; }

  // Fills interleaved [n_frames, n_channels] from its start and returns n_frames; 0 at the end.
  // Error: kUnsupported where the data cannot be decoded any further.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<float> interleaved) = 0;

 protected:
  explicit Decoder(AudioInfo info) : info_(std::move(info)) {}

 private:
  AudioInfo info_;
};

// Looks at the file's first bytes and opens the side that decodes it. Errors: those of
// AudioStream::open, except for the limits of length.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_decoder(const AudioFile& file,
                                                            const DecodeLimits& limits);

}  // namespace genre::audio
