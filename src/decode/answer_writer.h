// Writes the answer of one process (see protocol.h).
#pragma once

#include <cstddef>
#include <cstdint>
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
  void header(int sample_rate, int channels, std::string_view codec);

  // interleaved: [n_frames, channels]. Buffered, and sent in full blocks.
  void audio(std::span<const float> interleaved);

  void end(std::uint32_t lost_packets, bool ended_early);

  [[nodiscard]] std::uint64_t n_frames() const { return n_frames_; }

 private:
  void flush();
  void send(const void* bytes, std::size_t size) const;

  int descriptor_;
  std::size_t channels_ = 0;
  std::uint64_t n_frames_ = 0;
  std::vector<std::byte> block_;  // a BlockHeader and its samples
};

}  // namespace genre::decode
