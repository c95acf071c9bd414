// Windows (scipy.signal.get_window).
#pragma once

#include <cstddef>
#include <vector>

#include "genre/frontend.h"

namespace genre::features {

// periodic: scipy's fftbins=True, the first values of a symmetric window that is one longer.
[[nodiscard]] std::vector<double> get_window(Window window, std::size_t length, bool periodic);

}  // namespace genre::features
