#include "librosa/dct.h"

#include <cmath>
#include <numbers>

#include "features/cache.h"

namespace genre::librosa {
namespace {

Matrix<float> make_dct_matrix(const DctParameters& parameters) {
  const std::size_t n = parameters.n;
  const auto size = static_cast<double>(n);
  Matrix<float> matrix(parameters.n_coefficients, n);
  for (std::size_t k = 0; k < parameters.n_coefficients; ++k) {
    for (std::size_t m = 0; m < n; ++m) {
      const bool first_in = m == 0, last_in = m + 1 == n, first_out = k == 0, last_out = k + 1 == n;
      const auto i = static_cast<double>(k), j = static_cast<double>(m);
      double value = 0;
      switch (parameters.type) {
        case 1:
          value = std::cos(std::numbers::pi * i * j / (size - 1));
          if (parameters.ortho) {
            value *= std::sqrt(2 / (size - 1));
            if (first_in || last_in) value /= std::numbers::sqrt2;
            if (first_out || last_out) value /= std::numbers::sqrt2;
          } else if (!first_in && !last_in) {
            value *= 2;
          }
          break;
        case 2:
          value = std::cos(std::numbers::pi * i * (2 * j + 1) / (2 * size));
          value *= parameters.ortho ? std::sqrt((first_out ? 1 : 2) / size) : 2;
          break;
        default:
          value = std::cos(std::numbers::pi * (2 * i + 1) * j / (2 * size));
          value *= parameters.ortho ? std::sqrt((first_in ? 1 : 2) / size) : first_in ? 1 : 2;
      }
      matrix.row(k)[m] = static_cast<float>(value);
    }
  }
  return matrix;
}

}  // namespace

std::shared_ptr<const Matrix<float>> dct_matrix(const DctParameters& parameters) {
  static features::Cache<DctParameters, Matrix<float>, 16> cache;
  return cache.get(parameters, [&] { return make_dct_matrix(parameters); });
}

}  // namespace genre::librosa
