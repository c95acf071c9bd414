#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "librosa/check.h"

namespace genre::librosa {
namespace {

// The weights that give the derivative of the given order of the polynomial of the same order
// fitted to `width` values (scipy.signal.savgol_filter): order! times its leading coefficient. That
// is the product with an orthogonal polynomial of this order, divided by its energy.
std::vector<double> derivative_weights(std::size_t width, std::size_t order) {
  const auto half = static_cast<double>(width / 2);
  std::vector<double> before(width, 0.0), current(width, 1.0);  // monic, orthogonal
  double energy_before = 1, energy = static_cast<double>(width), factorial = 1;
  for (std::size_t n = 1; n <= order; ++n) {
    // The three-term recurrence on a symmetric grid: p[n + 1] = x p[n] - (e[n] / e[n - 1]) p[n -
    // 1].
    const double ratio = n == 1 ? 0 : energy / energy_before;
    std::vector<double> next(width);
    energy_before = energy;
    energy = 0;
    for (std::size_t i = 0; i < width; ++i) {
      next[i] = (static_cast<double>(i) - half) * current[i] - ratio * before[i];
      energy += next[i] * next[i];
    }
    before = std::exchange(current, std::move(next));
    factorial *= static_cast<double>(n);
  }
  for (double& weight : current) weight *= factorial / energy;
  return current;
}

Result<void> check_delta(const Matrix<float>& data, std::size_t width, std::size_t order,
                         DeltaMode mode) {
  if (width < 3 || width % 2 != 1) {
    return require(false, fmt::format("width is {}; it must be an odd number, 3 or more", width));
  }
  if (mode == DeltaMode::kInterp && width > data.n_columns) {
    return require(false, fmt::format("width is {}; with mode interp it must be at most the number "
                                      "of frames, {}",
                                      width, data.n_columns));
  }
  return require(order >= 1 && order < width,
                 fmt::format("order is {}; it must be 1 or more and below width", order));
}

}  // namespace

Result<Matrix<float>> delta(const Matrix<float>& data, std::size_t width, std::size_t order,
                            DeltaMode mode) {
  if (const auto ok = check_delta(data, width, order, mode); !ok) {
    return tl::make_unexpected(ok.error());
  }
  const auto weights = derivative_weights(width, order);
  const auto half = static_cast<std::ptrdiff_t>(width / 2);
  const auto n = static_cast<std::ptrdiff_t>(data.n_columns);
  Matrix<float> result(data.n_rows, data.n_columns);
  for (std::size_t row = 0; row < data.n_rows; ++row) {
    const auto values = data.row(row);
    for (std::ptrdiff_t t = 0; t < n; ++t) {
      // At the edges, interp uses the polynomial of the first or last whole window. Its derivative
      // of this order is the same everywhere.
      const std::ptrdiff_t middle =
          mode == DeltaMode::kInterp ? std::clamp(t, half, n - 1 - half) : t;
      double sum = 0;
      for (std::ptrdiff_t i = -half; i <= half; ++i) {
        const auto place =
            static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(middle + i, 0, n - 1));  // nearest
        sum += weights[static_cast<std::size_t>(i + half)] * values[place];
      }
      result.row(row)[static_cast<std::size_t>(t)] = static_cast<float>(sum);
    }
  }
  return result;
}

}  // namespace genre::librosa
