// Writes the answer of one process (see protocol.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "decode/protocol.h"

namespace genre::decode {

// Ends the process if the answer cannot be written, because then the reader has gone.
class AnswerWriter {
 public:
  explicit AnswerWriter(int descriptor) : descriptor_(descriptor) {}

  void fail(Status status, std::string_view codec, unsigned n_tracks = 0);
  // seconds: the declared duration; 0 if there is none.
  void header(int sample_rate, int channels, std::string_view codec, double seconds);

  // interleaved: [n_frames, channels]. Buffered, and sent in full blocks.
  void audio(std::span<const float> interleaved);

  // Sends what is buffered.
  void flush();

  // n_frames: missing here; 0 if that is not known. Sent with the next samples, or with the end.
  void lost(std::uint32_t n_frames);

  // n_frames: left out because of a Seek.
  void jump(std::uint32_t n_frames);

  // The frame of the last Seek that was received since the last call.
  [[nodiscard]] std::optional<std::uint64_t> wanted() const;

  // n_missing: frames missing at the end; 0 if that is not known.
  void end(bool ended_early, std::uint64_t n_missing);

  [[nodiscard]] std::uint64_t n_frames() const { return n_frames_; }

 private:
  void send_lost();
  void send(const void* bytes, std::size_t size) const;

  int descriptor_;
  std::size_t channels_ = 0;
  std::uint64_t n_frames_ = 0;
  std::optional<std::uint32_t> lost_;  // not sent yet
  std::vector<std::byte> block_;       // a BlockHeader and its samples
};

}  // namespace genre::decode
