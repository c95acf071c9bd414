// Input: the output of genre-decode. Expects an error, or blocks of samples within the limits.
#include "audio/child_answer.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "decode/protocol.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  auto rest = std::as_bytes(std::span(data, size));
  genre::audio::ChildAnswer answer(
      [&rest](std::span<std::byte> to) -> genre::Result<void> {
        if (to.size() > rest.size()) {
          return genre::fail(genre::ErrorCode::kUnsupported, "the answer ends");
        }
        std::memcpy(to.data(), rest.data(), to.size());
        rest = rest.subspan(to.size());
        return {};
      },
      "fuzz");

  const auto info = answer.read_header();
  if (!info) {
    require(!info.error().message.empty());
    return 0;
  }
  require(info->sample_rate > 0 && info->channels > 0);
  require(info->channels <= static_cast<int>(genre::decode::kMaxChannels));
  require(std::ranges::all_of(info->format, [](char c) { return c >= ' ' && c <= '~'; }));
  const auto channels = static_cast<std::size_t>(info->channels);
  std::vector<float> samples(1000 * channels);
  while (true) {
    const auto frames = answer.read(samples);
    if (!frames || *frames == 0) break;
    require(*frames <= samples.size() / channels);
  }
  return 0;
}
