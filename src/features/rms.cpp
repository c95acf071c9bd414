#include "features/rms.h"

#include <array>
#include <cmath>

#include "features/constants.h"
#include "features/kernels.h"

namespace genre::features {

double rms_mean(const ClipFrames& frames) {
  std::array<float, kNFft> scratch;
  double sum = 0;
  for (std::size_t t = 0; t < frames.size(); ++t) {
    sum += std::sqrt(sum_of_squares(frames.frame(t, scratch)) / kNFft);
  }
  return sum / static_cast<double>(frames.size());
}

}  // namespace genre::features
