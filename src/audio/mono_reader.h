// Reads a file as mono samples at its own rate, block by block, and enforces the limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/decoder.h"
#include "audio/warnings.h"
#include "genre/audio.h"

namespace genre::audio {

// Error: kUnsupported.
[[nodiscard]] Result<void> check_sample_rate(int sr);

// kTooShort. Both in s.
[[nodiscard]] Error too_short(double duration, double min_duration);

// Use a reader from one thread only.
class MonoReader {
 public:
  // Errors: those of AudioStream::open.
  [[nodiscard]] static Result<MonoReader> open(const AudioFile& file, const DecodeLimits& limits);

  [[nodiscard]] const AudioInfo& info() const { return decoder_->info(); }

  // Writes the mean over the channels (librosa.to_mono), or the strongest channel where they cancel
  // each other, to y. Returns the number of samples, which is less than y.size() only at the end.
  // Errors: those of AudioStream::read.
  [[nodiscard]] Result<std::size_t> read(std::span<float> y);

  // The same, but returns as soon as there are any samples; 0 only at the end.
  [[nodiscard]] Result<std::size_t> read_some(std::span<float> y);
  // The number of samples of the whole file, if it is known without decoding; an estimate in some
  // formats. Error: kTooLong.
  [[nodiscard]] Result<std::optional<std::int64_t>> length();

  // Moves forward to this sample, so that the next read starts with it, and returns the sample that
  // it has reached: an earlier one if the audio ends before. Decodes what lies between if the file
  // does not allow to seek. Errors: those of AudioStream::read.
  [[nodiscard]] Result<std::int64_t> seek(std::int64_t sample);

  // About the audio read so far.
  [[nodiscard]] const Warnings& warnings() const { return warnings_; }

 private:
  MonoReader(std::unique_ptr<Decoder> decoder, const DecodeLimits& limits, bool prompt)
      : decoder_(std::move(decoder)), limits_(limits), prompt_(prompt) {}

  [[nodiscard]] double seconds(std::int64_t frames) const;
  // Blocks have the same size whatever the decoder returns at a time, so that the choice of a
  // channel does not depend on that.
  [[nodiscard]] std::size_t block_frames() const;
  // Fills interleaved_ with this many frames and returns their number; less only at the end, or if
  // prompt_.
  [[nodiscard]] Result<std::size_t> decode(std::size_t n_frames);
  [[nodiscard]] Result<void> next_block();
  [[nodiscard]] Result<void> check_length(std::int64_t frames) const;
  [[nodiscard]] Result<void> check_end();
  [[nodiscard]] Result<void> note(const Damage& damage);
  [[nodiscard]] Result<void> note_damage();

  std::unique_ptr<Decoder> decoder_;
  DecodeLimits limits_;
  bool prompt_;                               // a block ends where the decoder has no more yet
  std::vector<float> interleaved_;            // one block, [frames, channels]
  std::vector<float> mono_;                   // the same block; unused if the file has one channel
  std::span<const float> unread_;             // of the block
  std::optional<std::size_t> heard_channel_;  // used in the block instead of the mean
  std::int64_t frames_read_ = 0;
  bool ended_ = false;
  Warnings warnings_;
  std::optional<Error> damage_;  // the first damage, as an error
};

}  // namespace genre::audio
