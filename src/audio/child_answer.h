// Reads the answer of a genre-decode process (decode/protocol.h). The process has parsed an
// untrusted file, so every field of its answer is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/decoder.h"
#include "genre/audio.h"

namespace genre::audio {

// The error for a track that a file does not have: kUnsupported.
[[nodiscard]] tl::unexpected<Error> no_such_track(std::string_view container,
                                                  std::uint32_t n_tracks);

class ChildAnswer {
 public:
  // Fills the whole span, or returns an error.
  using Source = std::function<Result<void>(std::span<std::byte>)>;

  // container: the name of the file format, for messages and AudioInfo::format.
  ChildAnswer(Source source, std::string container)
      : source_(std::move(source)), container_(std::move(container)) {}

  // The frames that the header declares or estimates; 0 if it does not.
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }

  // After a request to continue at this frame: passes over all before it, and returns the frame
  // that it has reached, which is an earlier one only at the end. Errors: those of read.
  [[nodiscard]] Result<std::int64_t> skip_to(std::int64_t frame);

  // Call this first. Errors: the source's, and kUnsupported, kOutOfMemory, kUnavailable.
  [[nodiscard]] Result<AudioInfo> read_header();

  // Writes the next samples to interleaved, [n_frames, n_channels], and returns n_frames; 0 at the
  // end. Silence replaces lost audio. Errors: the source's; kUnsupported if the answer is invalid.
  [[nodiscard]] Result<std::size_t> read(std::span<float> interleaved);

  // As Decoder::take_damage.
  [[nodiscard]] std::vector<Damage> take_damage() { return std::exchange(damage_, {}); }

 private:
  // Reads up to the next samples, silence or the end.
  [[nodiscard]] Result<void> find_block();
  [[nodiscard]] Result<void> next_block();
  void lose(std::uint32_t n_frames);
  [[nodiscard]] Result<void> read_end();
  [[nodiscard]] Result<void> fill(void* to, std::size_t size);

  Source source_;
  std::string container_;
  std::size_t channels_ = 0;
  int sample_rate_ = 0;
  std::int64_t n_frames_ = 0;
  std::uint64_t frames_read_ = 0;  // samples that were sent
  std::int64_t position_ = 0;      // frame of the next read
  std::int64_t wanted_ = 0;        // the last frame that was asked for
  std::size_t silent_frames_ = 0;  // in place of lost ones, not returned yet
  std::size_t block_frames_ = 0;   // unread frames of the current block
  bool after_lost_ = false;        // the last block was kLost
  std::vector<Damage> damage_;
  bool at_end_ = false;
};

}  // namespace genre::audio
