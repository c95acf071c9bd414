#include "audio/mix.h"

#include <cmath>
#include <cstddef>

#include "genre/audio.h"

namespace genre::audio {

void mix_to_mono(std::span<const float> interleaved, std::span<float> mono) {
  const std::size_t channels = interleaved.size() / mono.size();
  if (channels == 2) {  // a loop that compilers vectorise
    for (std::size_t i = 0; i < mono.size(); ++i) {
      mono[i] = (interleaved[2 * i] + interleaved[2 * i + 1]) / 2;
    }
  } else {
    for (std::size_t i = 0; i < mono.size(); ++i) {
      const auto frame = interleaved.subspan(i * channels, channels);
      float sum = frame[0];
      for (const float sample : frame.subspan(1)) sum += sample;
      mono[i] = sum / static_cast<float>(channels);
    }
  }
}

bool within_audio_levels(std::span<const float> y) {
  int outside = 0;  // a count without early exit, so that compilers vectorise the loop
  for (const float sample : y) outside += std::fabs(sample) <= kMaxSample ? 0 : 1;
  return outside == 0;
}

}  // namespace genre::audio
