// Input: an audio file. Expects an error, or finite samples within the limits.
#include <cmath>
#include <span>

#include "fuzz/target.h"
#include "genre/audio.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using genre::fuzz::require;
  constexpr genre::DecodeLimits kLimits = {
      .min_duration = 0,
      .max_duration = 2,
      .max_samples = 1 << 18,  // so that an input takes milliseconds
      .allow_ffmpeg = false};  // FFmpeg runs in another process, without the fuzzer's coverage
  constexpr int kSampleRate = 22050;

  const auto audio = genre::load(std::as_bytes(std::span(data, size)), kSampleRate, kLimits);
  if (!audio) {
    require(!audio.error().message.empty());
    return 0;
  }
  require(!audio->y.empty());
  require(static_cast<double>(audio->y.size()) <= kLimits.max_duration * kSampleRate + 1);
  for (const float sample : audio->y) require(std::isfinite(sample));
  return 0;
}
