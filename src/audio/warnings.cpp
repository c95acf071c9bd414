#include "audio/warnings.h"

#include <fmt/format.h>

#include <algorithm>

namespace genre::audio {
namespace {

std::string span_of(double from, double to) {
  if (from == to) return fmt::format("at {:.2f} s", from);
  return fmt::format("from {:.2f} s to {:.2f} s", from, to);
}

}  // namespace

std::string truncated_message(double from, double to) {
  if (from == to) {
    return fmt::format(
        "the file ends within its audio, after {:.2f} s; was it copied or uploaded "
        "completely?",
        from);
  }
  return fmt::format(
      "the audio ends after {:.2f} s of the {:.2f} s that its header declares; was "
      "the file copied or uploaded completely?",
      from, to);
}

std::string damaged_message(double from, double to, std::string_view cause) {
  return fmt::format("the file is damaged: the audio {} cannot be decoded ({})", span_of(from, to),
                     cause);
}

void Warnings::add(WarningCode code, double from, double to, std::string_view cause) {
  constexpr double kAdjacent = 1;  // s; a burst of errors is one warning
  const auto begin = std::ranges::lower_bound(spans_, code, {}, &Span::code);
  const auto end = std::ranges::upper_bound(spans_, code, {}, &Span::code);
  if (begin != end) {
    Span& last = *(end - 1);
    const bool full = end - begin == static_cast<std::ptrdiff_t>(kMaxWarnings);
    if (full || from <= last.to + kAdjacent) {
      // Silent windows overlap, so they are not parts to be counted.
      last.n_parts += from > last.to ? 1 : 0;
      last.to = std::max(last.to, to);
      return;
    }
  }
  spans_.insert(end, {code, from, to, std::string(cause)});
}

std::string Warnings::message_of(const Span& span) {
  const bool one = span.n_parts == 1;
  const std::string when = span_of(span.from, span.to);
  const std::string parts = fmt::format("{} parts {}", span.n_parts, when);
  switch (span.code) {
    case WarningCode::kTruncated:
      return truncated_message(span.from, span.to);
    case WarningCode::kDamaged:
      if (one) return damaged_message(span.from, span.to, span.cause);
      return fmt::format("the file is damaged: {} cannot be decoded ({})", parts, span.cause);
    case WarningCode::kSilence:
      return one ? fmt::format("the audio {} is silent and does not count", when)
                 : parts + " are silent and do not count";
    case WarningCode::kOppositeChannels:
      return fmt::format("the channels cancel each other {}, so only the strongest is used",
                         one ? when : "in " + parts);
  }
  return {};
}

std::vector<Warning> Warnings::list() const {
  std::vector<Warning> list;
  for (const Span& span : spans_) {
    list.push_back({span.code, message_of(span), span.from, span.to});
  }
  return list;
}

}  // namespace genre::audio
