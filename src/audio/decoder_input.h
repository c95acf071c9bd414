// What a decoding library reads from: a file with a position in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

class DecoderInput {
 public:
  explicit DecoderInput(AudioFile file) : file_(std::move(file)) {}

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(file_.size()); }
  [[nodiscard]] std::int64_t position() const { return position_; }

  // As lseek(2), but to no place outside of the file.
  std::int64_t seek(std::int64_t offset, int whence);

  // As read(2). A decoder that has read much without a sample is lost, and at the end of its file:
  // a damaged one may have it search terabytes of holes for the next frame.
  std::size_t read(std::span<std::byte> to);

  // There were samples in what was read.
  void found_samples() { searched_ = 0; }

 private:
  AudioFile file_;
  std::int64_t position_ = 0;
  std::vector<std::byte> ahead_;  // read ahead, from ahead_at_ on
  std::uint64_t ahead_at_ = 0;
  std::size_t searched_ = 0;  // bytes read since the last samples
};

}  // namespace genre::audio
