// The interface of all decoders; there is one per library. MonoReader does what all share: limits,
// levels, mixing and the check at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

// Audio that is missing or replaced by silence. from, to: frames (samples per channel) from the
// start of the audio; equal if it is not known how many are missing.
struct Damage {
  WarningCode code = WarningCode::kDamaged;  // or kTruncated
  std::int64_t from = 0, to = 0;
  std::string_view cause = {};  // a literal: why it is kDamaged
};

// Use a decoder from one thread only.
class Decoder {
 public:
  virtual ~Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  [[nodiscard]] const AudioInfo& info() const { return info_; }

  // The number of frames (samples per channel) that the header declares; nothing if the format has
  // no count or only an estimate.
  [[nodiscard]] virtual std::optional<std::int64_t> declared_frames() const { return {}; }

  // How many of these may be missing in an undamaged file.
  [[nodiscard]] virtual std::int64_t declared_slack() const { return 0; }

  // The number of frames, also if it is counted or estimated without decoding. May
  // read the whole file.
  [[nodiscard]] virtual std::optional<std::int64_t> count_frames() { return declared_frames(); }

  // Moves forward without decoding what lies between: to the frame, or to one shortly before it if
  // the format allows no better. Returns the frame that the next read starts with, and counts
  // frames as if all were read. Nothing, and no move, if the file does not allow it. frame: at
  // least that of the next read.
  [[nodiscard]] virtual std::optional<std::int64_t> seek(std::int64_t frame) {
    static_cast<void>(frame);
    return std::nullopt;
  }

  // The number of bytes of the file that were read so far; 0 if it is not known.
  [[nodiscard]] virtual std::uint64_t read_position() const { return 0; }

  // Writes the next samples to interleaved, [n_frames, n_channels], and returns n_frames; 0 at the
  // end. Error: kUnsupported if the rest cannot be decoded.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<float> interleaved) = 0;

  // The damage found since the last call, in time order: after each read, that of the frames
  // before its end; after the last read, all of it. A decoder replaces lost audio by silence if it
  // knows how much is lost.
  [[nodiscard]] std::vector<Damage> take_damage() { return std::exchange(damage_, {}); }

 protected:
  explicit Decoder(AudioInfo info) : info_(std::move(info)) {}

  void report(const Damage& damage) { damage_.push_back(damage); }

 private:
  AudioInfo info_;
  std::vector<Damage> damage_;
};

// Detects the format from the file's first bytes and opens its decoder. Errors: those of
// AudioStream::open, except those for the length of the audio.
[[nodiscard]] Result<std::unique_ptr<Decoder>> open_decoder(const AudioFile& file,
                                                            const DecodeLimits& limits);

}  // namespace genre::audio
