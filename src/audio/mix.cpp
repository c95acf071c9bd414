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

std::optional<std::size_t> channel_if_opposite(std::span<const float> interleaved,
                                               std::span<const float> mono,
                                               std::optional<std::size_t> previous) {
  // Sums of squares cannot be vectorised without changing their order, so they are estimated from
  // every seventh sample. No common tone has that period.
  constexpr std::size_t kStep = 7;
  // Shares of the energy that unrelated channels would leave. The second one is larger, because
  // Vorbis at low bit rates adds noise that both channels share.
  constexpr double kCancelled = 0.05, kStillCancelled = 0.25;
  constexpr double kLeastPower = 1e-8;  // 80 dB below full scale: noise may cancel by chance
  const std::size_t channels = interleaved.size() / mono.size();
  const auto energy = [](std::span<const float> from, std::size_t step) {
    double sum = 0;
    for (std::size_t i = 0; i < from.size(); i += step) sum += double{from[i]} * from[i];
    return sum;
  };
  std::size_t strongest = 0;
  double most = 0, total = 0, of_previous = 0;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const double e = energy(interleaved.subspan(channel), kStep * channels);
    total += e;
    if (channel == previous) of_previous = e;
    if (e > most) {
      most = e;
      strongest = channel;
    }
  }
  const auto n = static_cast<double>(mono.size() / kStep + 1);
  const auto n_squared = static_cast<double>(channels * channels);
  const double share = previous ? kStillCancelled : kCancelled;
  const bool cancelled = energy(mono, kStep) < share * total / n_squared;
  if (!cancelled || most < kLeastPower * n) return std::nullopt;
  return 2 * of_previous >= most ? previous : strongest;
}

void take_channel(std::span<const float> interleaved, std::size_t channel, std::span<float> mono) {
  const std::size_t channels = interleaved.size() / mono.size();
  for (std::size_t i = 0; i < mono.size(); ++i) mono[i] = interleaved[i * channels + channel];
}

bool within_audio_levels(std::span<const float> y) {
  int outside = 0;  // a count without early exit, so that compilers vectorise the loop
  for (const float sample : y) outside += std::fabs(sample) <= kMaxSample ? 0 : 1;
  return outside == 0;
}

}  // namespace genre::audio
