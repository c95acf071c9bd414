#include "features/dct.h"

#include <cmath>
#include <numbers>

namespace genre::features {

std::vector<std::array<double, kNMels>> dct_basis(std::size_t n_coefficients) {
  std::vector<std::array<double, kNMels>> basis(n_coefficients);
  for (std::size_t k = 0; k < n_coefficients; ++k) {
    const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / kNMels);
    for (std::size_t n = 0; n < kNMels; ++n) {
      basis[k][n] = scale * std::cos(std::numbers::pi * static_cast<double>(k * (2 * n + 1)) /
                                     (2.0 * kNMels));
    }
  }
  return basis;
}

}  // namespace genre::features
