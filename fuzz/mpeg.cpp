// Input: MPEG audio that starts with its first frame. Goes straight to libmpg123, without the
// search for a run of undamaged frames. Expects an error, or samples until the end.
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "audio/mpg123_decoder.h"
#include "fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  constexpr std::size_t kMostFrames = 1 << 18;  // so that an input takes milliseconds
  const genre::AudioFile audio(std::as_bytes(std::span(data, size)));
  const auto decoder = genre::audio::open_mpg123(audio);
  if (!decoder) return 0;
  const auto& info = decoder->info();
  require(info.sample_rate > 0 && (info.channels == 1 || info.channels == 2));
  const auto channels = static_cast<std::size_t>(info.channels);
  std::vector<float> samples(1000 * channels);
  for (std::size_t total = 0; total < kMostFrames;) {
    const auto frames = decoder->read(samples);
    if (!frames) require(!frames.error().message.empty());
    if (!frames || *frames == 0) break;
    require(*frames <= samples.size() / channels);
    const auto read = std::span(samples).first(*frames * channels);
    require(std::ranges::all_of(read, [](float sample) { return std::isfinite(sample); }));
    total += *frames;
  }
  return 0;
}
