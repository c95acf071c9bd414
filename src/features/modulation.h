// Spectro-temporal modulations of a log-mel spectrogram: the responses of a bank of complex Gabor
// filters. Each is tuned to a rate (in time), a scale (along the mel bands), or both and a
// direction (up or down).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "features/constants.h"
#include "features/texture.h"

namespace genre::features {

// A row of frames, padded with zeros to a whole number of vectors.
inline constexpr std::size_t kFrameStride = 48;
using FrameRow = std::array<float, kFrameStride>;

// A row of a banded matrix, with entries in the columns [first, first + values.size()).
struct BandedRow {
  std::size_t first;
  std::vector<float> values;
};

// out[i] = sum over k of a[i][k] b[k].
void banded_product(std::span<const BandedRow> a, std::span<const FrameRow> b,
                    std::span<FrameRow> out);

// out[i] = sum over k < kTextureFrames of a[i][k] b[k].
void dense_product(std::span<const FrameRow> a, std::span<const FrameRow, kTextureFrames> b,
                   std::span<FrameRow> out);

// Holds scratch memory, so use it from one thread only.
class ModulationBank {
 public:
  ModulationBank();

  // log_mel: [n_mels] rows. features: [modulation_names().size()]. For each filter and each region
  // of the mel axis: the logarithms of the mean and standard deviation of its magnitude over time.
  void compute(std::span<const FrameRow, kNMels> log_mel, std::span<float> features);

 private:
  std::vector<FrameRow> smooth_;       // the spectrogram, smoothed in time
  std::vector<FrameRow> real_, imag_;  // response of one rate filter
  std::array<std::vector<FrameRow>, 4> products_;
};

[[nodiscard]] std::vector<std::string> modulation_names();

}  // namespace genre::features
