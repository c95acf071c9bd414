// Products of small matrices with matrices whose columns are frames.
#pragma once

#include "genre/matrix.h"

namespace genre::features {

// The matrix product of a, [n, k], and b, [k, n_frames]. Sums in single precision, in parts of 32,
// to keep rounding errors small.
[[nodiscard]] Matrix<float> product(const Matrix<float>& a, const Matrix<float>& b);

}  // namespace genre::features
