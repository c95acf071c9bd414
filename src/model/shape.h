// The sizes of the inputs of a model, and of the outputs of a network.
#pragma once

#include <cstddef>
#include <vector>

#include "genre/model.h"

namespace genre::model {

// The shape of an input for N 1, with n_frames frames where any number is allowed.
[[nodiscard]] std::vector<int> shape_of(const ModelInput& input, std::size_t n_frames = 1);

// The number of values of a tensor.
[[nodiscard]] std::size_t size_of(const std::vector<int>& shape);

// The total size of the outputs of the network that the input takes. Error: kBadModel if it has no
// such output.
[[nodiscard]] Result<std::size_t> output_size(const NetworkInput& input, const Model& network);

}  // namespace genre::model
