// Collects the warnings about a file: merges adjacent spans, limits their number, and words them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "genre/audio.h"

namespace genre::audio {

// The message of kTruncated for audio that ends at `from` and should end at `to` (s); they are
// equal if that is not known.
[[nodiscard]] std::string truncated_message(double from, double to);

// The message of kDamaged for one span (s).
[[nodiscard]] std::string damaged_message(double from, double to, std::string_view cause);

class Warnings {
 public:
  // A span of audio in seconds, after the earlier spans with this code. cause: why it is kDamaged;
  // else empty.
  void add(WarningCode code, double from, double to, std::string_view cause = {});

  // Sorted by code, then by time; at most kMaxWarnings per code.
  [[nodiscard]] std::vector<Warning> list() const;

 private:
  struct Span {
    WarningCode code;
    double from, to;
    std::string cause;
    std::size_t n_parts = 1;
  };
  [[nodiscard]] static std::string message_of(const Span& span);

  std::vector<Span> spans_;  // in the order of list()
};

}  // namespace genre::audio
