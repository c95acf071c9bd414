#include "audio/resample.h"

#include <cmath>
#include <cstddef>

#include "audio/resampler.h"

namespace genre::audio {

std::vector<float> resample(std::span<const float> y, int sr_in, int sr_out) {
  if (sr_in == sr_out) return {y.begin(), y.end()};
  const double length = std::ceil(static_cast<double>(y.size()) * sr_out / sr_in);
  std::vector<float> result(static_cast<std::size_t>(length));  // a missing end stays zero
  Resampler resampler(sr_in, sr_out);
  for (std::span<float> rest = result; !rest.empty();) {
    const auto [consumed, produced] = resampler.process(y, rest);
    if (y.empty() && produced == 0) break;
    y = y.subspan(consumed);
    rest = rest.subspan(produced);
  }
  return result;
}

}  // namespace genre::audio
