// The minimum of a function of one argument.
#pragma once

#include <boost/math/tools/minima.hpp>
#include <utility>

namespace genre::train {

// The argument in [low, high] that minimizes a function with a single minimum, and the minimum
// (Brent 1973). bits: the precision of the argument; at 16, within 1e-4 for arguments up to 3.
template <class Function>
std::pair<double, double> minimum(double low, double high, Function f, int bits = 16) {
  return boost::math::tools::brent_find_minima(f, low, high, bits);
}

}  // namespace genre::train
