// What turns the first output of a graph into certainties.
#pragma once

#include <span>

#include "genre/model.h"

namespace genre::model {

// values, certainties: [n_labels].
void activate(Activation activation, std::span<const float> values, std::span<float> certainties);

[[nodiscard]] double sigmoid(double x);

}  // namespace genre::model
