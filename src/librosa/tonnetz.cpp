#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "features/constants.h"
#include "features/matrix_product.h"
#include "librosa/normalize.h"

namespace genre::librosa {

// A column that is smaller than kTiny is not scaled.
void normalize(Matrix<float>& S, ChromaNorm norm) {
  if (norm == ChromaNorm::kNone) return;
  for (std::size_t t = 0; t < S.n_columns; ++t) {
    double length = 0;
    for (std::size_t i = 0; i < S.n_rows; ++i) {
      const double value = std::abs(static_cast<double>(S.row(i)[t]));
      length = norm == ChromaNorm::kMax  ? std::max(length, value)
               : norm == ChromaNorm::kL1 ? length + value
                                         : length + value * value;
    }
    if (norm == ChromaNorm::kL2) length = std::sqrt(length);
    if (length < features::kTiny) continue;
    for (std::size_t i = 0; i < S.n_rows; ++i) {
      S.row(i)[t] = static_cast<float>(S.row(i)[t] / length);
    }
  }
}

Matrix<float> tonnetz(const Matrix<float>& chroma) {
  // Circles of fifths, minor thirds and major thirds: steps per chroma, and radius.
  constexpr std::array<double, 6> kScale = {7.0 / 6, 7.0 / 6, 3.0 / 2, 3.0 / 2, 2.0 / 3, 2.0 / 3};
  constexpr std::array<double, 6> kRadius = {1, 1, 1, 1, 0.5, 0.5};
  Matrix<float> axes(kScale.size(), chroma.n_rows);
  for (std::size_t i = 0; i < kScale.size(); ++i) {
    for (std::size_t c = 0; c < chroma.n_rows; ++c) {
      const double place = 12 * static_cast<double>(c) / static_cast<double>(chroma.n_rows);
      const double turn = kScale[i] * place - (i % 2 == 0 ? 0.5 : 0);
      axes.row(i)[c] = static_cast<float>(kRadius[i] * std::cos(std::numbers::pi * turn));
    }
  }
  Matrix<float> normalized = chroma;
  normalize(normalized, ChromaNorm::kL1);
  return features::product(axes, normalized);
}

}  // namespace genre::librosa
