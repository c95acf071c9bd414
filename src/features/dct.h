// DCT of mel bands, the last step of librosa.feature.mfcc (scipy.fft.dct, type 2, norm "ortho").
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "features/constants.h"

namespace genre::features {

// The first n_coefficients rows of the basis: basis[k][n] = s_k cos(pi k (2 n + 1) / (2 n_mels)).
// The product of a row and the mel bands is a coefficient.
[[nodiscard]] std::vector<std::array<double, kNMels>> dct_basis(std::size_t n_coefficients);

}  // namespace genre::features
