// Reads a file as mono samples at its own rate, block by block, and enforces the limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audio/decoder.h"
#include "genre/audio.h"

namespace genre::audio {

// Use a reader from one thread only.
class MonoReader {
 public:
  // Errors: those of AudioStream::open.
  [[nodiscard]] static Result<MonoReader> open(const AudioFile& file, const DecodeLimits& limits);

  [[nodiscard]] const AudioInfo& info() const { return decoder_->info(); }

  // Writes the mean over the channels (librosa.to_mono) to y and returns the number of samples,
  // which is less than y.size() only at the end. Errors: those of AudioStream::read.
  [[nodiscard]] Result<std::size_t> read(std::span<float> y);

 private:
  MonoReader(std::unique_ptr<Decoder> decoder, const DecodeLimits& limits)
      : decoder_(std::move(decoder)), limits_(limits) {}

  [[nodiscard]] double seconds(std::int64_t frames) const;
  [[nodiscard]] Result<void> check_length(std::int64_t frames) const;
  [[nodiscard]] Result<void> check_end() const;

  std::unique_ptr<Decoder> decoder_;
  DecodeLimits limits_;
  std::vector<float> interleaved_;  // one block, [frames, channels]; unused for mono
  std::int64_t frames_read_ = 0;
};

}  // namespace genre::audio
