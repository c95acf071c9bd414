// The input of a decoding library: a file with a read position.
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

  [[nodiscard]] const AudioFile& file() const { return file_; }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(file_.size()); }
  [[nodiscard]] std::int64_t position() const { return position_; }

  // Like lseek(2), but stays within the file.
  std::int64_t seek(std::int64_t offset, int whence);

  // Like read(2): of a stream, it returns what has arrived. Reports the end of the file once the
  // decoder has read much without finding samples: in a damaged, sparse file it might search
  // terabytes of zeros for the next frame.
  std::size_t read(std::span<std::byte> to);

  // Call this when the bytes read contained samples.
  void found_samples() { searched_ = 0; }

 private:
  AudioFile file_;
  std::int64_t position_ = 0;
  std::vector<std::byte> ahead_;  // read-ahead buffer, from the offset ahead_at_
  std::uint64_t ahead_at_ = 0;
  std::size_t searched_ = 0;  // bytes read since the last samples
};

}  // namespace genre::audio
