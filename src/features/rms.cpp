#include "features/rms.h"

#include <cmath>

#include "features/constants.h"

namespace genre {

// A frame is four hops long, so each hop's energy is summed once and serves four frames.
double rms_mean(const PaddedClip& clip) {
  constexpr std::size_t kHopsPerFrame = kNFft / kHopLength;
  const std::span<const float> samples = clip.samples();
  double hop_energy[kHopsPerFrame] = {};
  double sum = 0;
  for (std::size_t hop = 0; hop * kHopLength < samples.size(); ++hop) {
    double energy = 0;
    for (const float sample : samples.subspan(hop * kHopLength, kHopLength)) {
      energy += static_cast<double>(sample) * sample;
    }
    hop_energy[hop % kHopsPerFrame] = energy;
    if (hop + 1 < kHopsPerFrame) continue;
    double frame_energy = 0;
    for (const double e : hop_energy) frame_energy += e;
    sum += std::sqrt(frame_energy / kNFft);
  }
  return sum / static_cast<double>(clip.n_frames());
}

}  // namespace genre
