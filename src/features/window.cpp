#include "features/window.h"

#include <cmath>
#include <numbers>

namespace genre::features {

std::vector<double> get_window(Window window, std::size_t length, bool periodic) {
  std::vector<double> values(length, 1.0);
  if (length == 1) return values;  // as scipy
  const std::size_t period = periodic ? length : length - 1;
  for (std::size_t n = 0; n < length; ++n) {
    const double phase =
        2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(period);
    switch (window) {
      case Window::kHann:
        values[n] = 0.5 - 0.5 * std::cos(phase);
        break;
      case Window::kHamming:
        values[n] = 0.54 - 0.46 * std::cos(phase);
        break;
      case Window::kBlackman:
        values[n] = 0.42 - 0.5 * std::cos(phase) + 0.08 * std::cos(2 * phase);
        break;
      case Window::kOnes:
        break;
    }
  }
  return values;
}

}  // namespace genre::features
