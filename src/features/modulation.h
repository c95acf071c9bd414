// How a log-mel spectrogram moves: the responses of a bank of complex Gabor filters, each tuned to
// a rate (in time), a scale (along the mel bands), or to both and a direction (up or down).
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "features/constants.h"
#include "features/texture.h"

namespace genre::features {

// Rows of frames, padded with zeros to whole vectors.
inline constexpr std::size_t kFrameStride = 48;
using FrameRow = std::array<float, kFrameStride>;

// A product's left side: row i has entries in the columns [first, first + values.size()).
struct BandedRow {
  std::size_t first;
  std::vector<float> values;
};

// out[i] = sum over k of a[i][k] b[k], for each row of a.
void banded_product(std::span<const BandedRow> a, std::span<const FrameRow> b,
                    std::span<FrameRow> out);

// out[i] = sum over k < kTextureFrames of a[i][k] b[k].
void dense_product(std::span<const FrameRow> a, std::span<const FrameRow, kTextureFrames> b,
                   std::span<FrameRow> out);

// Owns scratch memory, so one belongs to one thread.
class ModulationBank {
 public:
  ModulationBank();

  // log_mel: [n_mels] rows. features: [modulation_names().size()], for each filter the logarithms
  // of its magnitude's mean and standard deviation over time, in some regions of the mel axis.
  void compute(std::span<const FrameRow, kNMels> log_mel, std::span<float> features);

 private:
  std::vector<FrameRow> smooth_;       // the spectrogram, smoothed in time
  std::vector<FrameRow> real_, imag_;  // of one rate's response
  std::array<std::vector<FrameRow>, 4> products_;
};

[[nodiscard]] std::vector<std::string> modulation_names();

}  // namespace genre::features
