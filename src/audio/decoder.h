// bytes -> mono float samples at the file's own rate, block by block (libsndfile).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

class Decoder {
 public:
  // Errors: those of AudioStream::open.
  [[nodiscard]] static Result<Decoder> open(const AudioFile& file, const DecodeLimits& limits);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  [[nodiscard]] const AudioInfo& info() const;

  // Fills y with the mean over the channels (librosa.to_mono); 0 at the end. Errors: those of
  // AudioStream::read.
  [[nodiscard]] Result<std::size_t> read(std::span<float> y);

 private:
  struct Impl;
  explicit Decoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace genre::audio
