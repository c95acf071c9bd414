// The sizes of the inputs of a model.
#pragma once

#include <cstddef>
#include <vector>

#include "genre/model.h"

namespace genre::model {

// The shape of an input for N 1, with n_frames frames where any number is allowed.
[[nodiscard]] std::vector<int> shape_of(const ModelInput& input, std::size_t n_frames = 1);

// The number of values of a tensor.
[[nodiscard]] std::size_t size_of(const std::vector<int>& shape);

}  // namespace genre::model
