// Plots as SVG, for pages that need nothing but themselves.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "evaluate/metrics.h"

namespace genre::evaluate {

// How often the model is right, by how sure it is.
[[nodiscard]] std::string reliability_plot(const Metrics& metrics);

// Losses, and validation accuracy, by step; empty where curve, of a model's metadata, is none.
[[nodiscard]] std::string learning_curve_plot(const nlohmann::json& curve);

}  // namespace genre::evaluate
