// The discrete cosine transform as a matrix (scipy.fft.dct).
#pragma once

#include <cstddef>
#include <memory>

#include "genre/matrix.h"

namespace genre::librosa {

struct DctParameters {
  std::size_t n_coefficients;  // the first ones; at most n
  std::size_t n;               // values that are transformed; type 1: at least 2
  int type;                    // 1, 2 or 3
  bool ortho;                  // scipy's norm: "ortho" or None

  friend bool operator==(const DctParameters&, const DctParameters&) = default;
};

// [n_coefficients, n]. Thread-safe. Equal parameters share a matrix: its cosines take as long as
// the spectra of a second of audio.
[[nodiscard]] std::shared_ptr<const Matrix<float>> dct_matrix(const DctParameters& parameters);

}  // namespace genre::librosa
