// Reads what a process of genre-decode answers (decode/protocol.h). It has looked at a file from
// anywhere, so that nothing it says is trusted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "genre/audio.h"

namespace genre::audio {

class ChildAnswer {
 public:
  // Fills all of the bytes. Error: why it cannot.
  using Source = std::function<Result<void>(std::span<std::byte>)>;

  // container: the file's, for messages and AudioInfo::format.
  ChildAnswer(Source source, std::string container)
      : source_(std::move(source)), container_(std::move(container)) {}

  // To be called first. Errors: the source's, and kUnsupported, kOutOfMemory, kUnavailable.
  [[nodiscard]] Result<AudioInfo> read_header();

  // Fills interleaved [n_frames, n_channels] from its start and returns n_frames; 0 at the end.
  // Errors: the source's; kUnsupported where the answer makes no sense or packets were lost;
  // kTruncated where the file ended early.
  [[nodiscard]] Result<std::size_t> read(std::span<float> interleaved);

 private:
  [[nodiscard]] Result<void> next_block();
  [[nodiscard]] Result<void> read_end();
  [[nodiscard]] Result<void> fill(void* to, std::size_t size);

  Source source_;
  std::string container_;
  std::size_t channels_ = 0;
  int sample_rate_ = 0;
  std::uint64_t frames_read_ = 0;
  std::size_t block_frames_ = 0;  // of the current block, still to be read
  bool at_end_ = false;
};

}  // namespace genre::audio
